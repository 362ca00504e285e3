/** One run in one form, and what it says of accuracy and of the difference between the policies. */
import { mean } from '../../src/engine/evaluation/moments.ts';
import type { EngineEvent } from '../../src/engine/protocol/events.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { trainExperiment } from '../../src/engine/trainer/engine.ts';
import type { Form } from './forms.ts';
import type { Task } from './tasks.ts';

export interface TrainedRun {
  readonly task: string;
  readonly form: string;
  readonly seed: number;
  /** Greedy accuracy on the held-out problems. */
  readonly before: number;
  readonly after: number;
  /** |log pi_train - log pi_rollout|: mean over all steps, and the largest. */
  readonly difference: number;
  readonly largest: number;
  /** Share of tokens whose importance sampling ratio was truncated; null where there is no correction. */
  readonly cut: number | null;
  readonly runDir: string;
}

export interface Trial {
  readonly task: Task;
  readonly form: Form;
  readonly seed: number;
  readonly steps: number;
}

export async function trained({ task, form, seed, steps }: Trial, folder: string): Promise<TrainedRun> {
  const overrides = [
    ...task.overrides,
    ...form.overrides,
    ...['lora.rank=16', `training.steps=${steps}`, `seed=${seed}`, 'evaluation.every=0', `checkpoint.every=${steps}`],
    // Part of what makes a run reproducible.
    'threads=1',
  ];
  let done: Extract<EngineEvent, { event: 'done' }> | null = null;
  const emit = (event: EngineEvent): void => {
    if (event.event === 'done') done = event;
  };
  const experimentPath = await task.prepare(folder);
  const signal = new AbortController().signal;
  await trainExperiment({ experimentPath, overrides, runsDir: folder }, { emit, signal });
  return { task: task.name, form: form.name, seed, ...read(done, steps) };
}

function read(
  done: Extract<EngineEvent, { event: 'done' }> | null,
  steps: number,
): Omit<TrainedRun, 'task' | 'form' | 'seed'> {
  if (!done?.before || !done.after) throw new Error('a run ended without its evaluations');
  const reader = RunReader.open(done.runDir);
  try {
    const metrics = Array.from({ length: steps }, (_, step) => reader.metrics(step + 1));
    const values = (name: string): number[] => metrics.flatMap((row) => row[`sampling/${name}`] ?? []);
    const cut = values('importance_sampling_ratio/cut_frac');
    return {
      before: done.before.accuracy.value,
      after: done.after.accuracy.value,
      difference: mean(values('sampling_logp_difference/mean')),
      largest: Math.max(...values('sampling_logp_difference/max')),
      cut: cut.length === 0 ? null : mean(cut),
      runDir: done.runDir,
    };
  } finally {
    reader.close();
  }
}
