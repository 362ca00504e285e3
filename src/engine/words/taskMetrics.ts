/** Metrics of one of several tasks: those of the whole run, under its name. */

const OF_TASK = /^(eval_)?tasks\/([^/]+)\/(.+)$/;

export interface TaskMetric {
  readonly task: string;
  /** As it is called of the whole run. */
  readonly metric: string;
}

/** null for a metric of the whole run. Metrics of held-out completions (`eval_tasks/...`) are those of training with that prefix. */
export function taskMetric(name: string): TaskMetric | null {
  const [, held = '', task, metric] = OF_TASK.exec(name) ?? [];
  return task === undefined || metric === undefined ? null : { task, metric: held + metric };
}
