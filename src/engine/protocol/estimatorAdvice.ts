/** Whether the estimator of advantages goes with several tasks. */
import type { Experiment } from './experiment.ts';
import type { Problem } from './jsonIssues.ts';

/** What may be said, and is probably not meant, with what to change. */
export function estimatorAdvice({ method, algorithm, tasks = {} }: Experiment): Problem[] {
  if (method !== 'grpo' || algorithm.advantage !== 'reinforce++' || Object.keys(tasks).length < 2) return [];
  const message =
    'algorithm.advantage: `reinforce++` compares completions of all tasks with one mean, so that what a task with higher rewards writes is ' +
    'reinforced, be it good or bad. Take `reinforce++-baseline` or `group`, which compare completions of one problem.';
  return [{ path: ['algorithm', 'advantage'], message }];
}
