/** A folder with an experiment, as a user has it. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { repository } from '../workbench/extension.ts';

const demo = path.join(repository, 'examples/demo');
/** Few, so that an evaluation takes no time. */
const PROBLEMS = { train: 48, heldout: 24 };

export interface ProjectOptions {
  /** Of the file, `small.rlvr.json`. */
  readonly name?: string;
  /** The demo's unless given. */
  readonly model?: string;
  /** Trains adapters in place of all weights. */
  readonly lora?: boolean;
  /** Enough by default for a run that is there until it is stopped. */
  readonly steps?: number;
  /** The demo's where there is none. */
  readonly reward?: string;
  /** As the experiment names them: `correct` of `reward.ts` unless given. */
  readonly rewards?: readonly Readonly<Record<string, unknown>>[];
  /** What differs from the small experiment, section by section. */
  readonly changes?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The demo's model and reward with few problems and quick steps. Returns the path of the experiment. */
export function writeProject(
  folder: string,
  {
    name = 'small',
    model = 'builtin:demo',
    lora = false,
    steps = 100_000,
    reward,
    rewards = [{ file: 'reward.ts', function: 'correct' }],
    changes = {},
  }: ProjectOptions = {},
): string {
  const lines = readFileSync(path.join(demo, 'problems.jsonl'), 'utf8').trim().split('\n');
  const rows = Object.entries(PROBLEMS).flatMap(([split, count]) =>
    lines.filter((line) => line.includes(`"split":"${split}"`)).slice(0, count),
  );
  writeFileSync(path.join(folder, 'problems.jsonl'), `${rows.join('\n')}\n`);
  if (reward === undefined) cpSync(path.join(demo, 'reward.ts'), path.join(folder, 'reward.ts'));
  else writeFileSync(path.join(folder, 'reward.ts'), reward);
  cpSync(path.join(demo, 'rlvr.d.ts'), path.join(folder, 'rlvr.d.ts'));
  const experiment: Record<string, unknown> = {
    model,
    ...(lora ? {} : { full: true }),
    dataset: { source: 'problems.jsonl', validation: { split: 'heldout' }, prompt: '{question}\n' },
    rewards,
    training: { steps, problemsPerStep: 4, microBatch: 16 },
    rollout: { groupSize: 4, maxCompletionLength: 16 },
    optimizer: { learningRate: 1e-4 },
    evaluation: { every: 50 },
  };
  for (const [section, values] of Object.entries(changes))
    experiment[section] = Object.assign({}, experiment[section], values);
  const experimentPath = path.join(folder, `${name}.rlvr.json`);
  writeFileSync(experimentPath, `${JSON.stringify(experiment, null, 2)}\n`);
  return experimentPath;
}
