/** How a task of an experiment is called. */

/** Names stand in metrics (`tasks/NAME/reward`) and in paths of `--set`, which are cut at points. */
export const TASK_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/;
