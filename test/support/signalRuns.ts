/** Runs whose groups have known causes, and whose held-out accuracy falls while the reward rises. */
import { join } from 'node:path';
import { wilson } from '../../src/engine/evaluation/wilson.ts';
import { experimentSchema, type ExperimentInput } from '../../src/engine/protocol/experiment.ts';
import type { CompletionRecord, StepRecord } from '../../src/engine/protocol/run.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { completion, manifest, problem, RUN_ID, temporaryFolder } from '../run/samples.ts';

const GROUP = 4;
/** Held-out problems, from this one on. */
const HELD_OUT = 64;
const FIRST_HELD_OUT = 1000;
const EVERY = 10;

/** One completion: what `right` and `form` gave it, and what else is not ordinary about it. */
interface Wrote extends Partial<Pick<CompletionRecord, 'text' | 'stopReason' | 'advantage' | 'rewards' | 'reward'>> {
  readonly right: number;
  readonly form: number;
}

const error = { error: { kind: 'threw', message: 'reward.ts:3 no such thing' } } as const;

/** The groups of every step, each with the cause that it has. */
export const GROUPS: readonly { readonly cause: string | null; readonly wrote: readonly Wrote[] }[] = [
  { cause: null, wrote: same({ right: 1, form: 0, advantage: 1 }, { right: 0, form: 0, advantage: -1 }) },
  { cause: null, wrote: same({ right: 0, form: 1, advantage: 1 }, { right: 0, form: 0, advantage: -1 }) },
  { cause: 'right', wrote: same({ right: 1, form: 0 }) },
  { cause: 'right', wrote: same({ right: 1, form: 1 }) },
  { cause: 'wrong', wrote: same({ right: 0, form: 0 }) },
  { cause: 'unanswered', wrote: same({ right: 0, form: 0, text: 'I cannot tell.' }) },
  { cause: 'truncated', wrote: same({ right: 0, form: 0, stopReason: 'length' }) },
  { cause: 'cancel', wrote: same({ right: 1, form: 0 }, { right: 0, form: 1, reward: 1 }) },
  { cause: 'failed', wrote: same({ right: 0, form: 0, rewards: { right: error }, reward: null }) },
];

function same(...wrote: readonly Wrote[]): Wrote[] {
  return Array.from({ length: GROUP }, (_, sample) => wrote[sample % wrote.length] ?? { right: 0, form: 0 });
}

export interface SignalRunOptions {
  readonly steps: number;
  /** Whether held-out accuracy falls in the second half of the run. */
  readonly hacked?: boolean;
  readonly changes?: Partial<ExperimentInput>;
  /** What completions say that have no text of their own. */
  readonly text?: string;
}

/** A run that has ended. */
export function signalRun({ steps, hacked = false, changes = {}, text = 'So it is #### 7' }: SignalRunOptions): string {
  const experiment = experimentSchema.parse({
    model: 'model',
    dataset: { source: 'train.jsonl' },
    rewards: [
      { function: 'gsm8k', name: 'right' },
      { function: 'format', name: 'form' },
    ],
    training: { steps },
    ...changes,
  });
  const writer = RunWriter.create(join(temporaryFolder(), 'runs', RUN_ID), { ...manifest, name: 'apples' }, experiment);
  writer.writeSteps(Array.from({ length: steps + 1 }, (_, step) => stepOf(step, steps, hacked, text)));
  writer.setStatus('finished');
  writer.close();
  return writer.dir;
}

function stepOf(step: number, steps: number, hacked: boolean, text: string): StepRecord {
  const evaluated = step % EVERY === 0;
  const time = step / steps;
  const solved = Math.round(HELD_OUT * (hacked ? (time <= 0.5 ? 0.7 : 1.2 - time) : 0.3 + 0.5 * time));
  const heldOut = Array.from({ length: HELD_OUT }, (_, index) => {
    const value = Number(index < solved);
    return completion(step, FIRST_HELD_OUT + index, 0, {
      ...{ purpose: 'evaluation', split: 'validation', advantage: null, reward: value },
      rewards: { right: { value }, form: { value: 0 } },
    });
  });
  return {
    step,
    metrics: step === 0 ? {} : metricsOf(step, time),
    problems: [
      ...GROUPS.map((_, index) => problem(index)),
      ...(evaluated ? heldOut.map(({ key }) => problem(key.problem, 'validation')) : []),
    ],
    completions: [...(step === 0 ? [] : rollouts(step, text)), ...(evaluated ? heldOut : [])],
    evaluation: evaluated
      ? {
          ...{ step, split: 'validation', problems: HELD_OUT, samples: 1, correct: solved },
          accuracy: wilson(solved, HELD_OUT),
        }
      : null,
    state: null,
  };
}

function rollouts(step: number, text: string): CompletionRecord[] {
  return GROUPS.flatMap(({ wrote }, index) =>
    wrote.map(({ right, form, ...changes }, sample) =>
      completion(step, index, sample, {
        ...{ stopReason: 'eos', reward: right + form, advantage: 0, text },
        rewards: { right: { value: right }, form: { value: form } },
        ...changes,
      }),
    ),
  );
}

function metricsOf(step: number, time: number): Record<string, number> {
  const noise = ((step * 7919) % 13) / 300;
  return {
    reward: 0.4 + 0.5 * time + noise,
    'groups/reward_std': 0.3,
    'rewards/right/mean': 0.3 + 0.3 * time + noise,
    'rewards/form/mean': 0.1 + 0.2 * time,
    frac_reward_zero_std: 0.7,
    'completions/mean_length': 100 + (step % 7),
    'completions/min_length': 10,
    'completions/max_length': 200,
    'completions/clipped_ratio': 0.1,
    'completions/duplicate_frac': 0.1,
  };
}
