/** A condition on rows with a step: those after `run.last_step`, which a resumed run has not come back to yet, are hidden. */
export const VISIBLE = 'step <= (SELECT last_step FROM run)';
