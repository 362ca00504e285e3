/** Whole runs of tiny experiments: a folder with all that an experiment names, and the engine's doors called on it. */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineEvent } from '../../src/engine/protocol/events.ts';
import type { ExperimentInput } from '../../src/engine/protocol/experiment.ts';
import { resumeRun, trainExperiment } from '../../src/engine/trainer/engine.ts';
import type { EngineContext, Outcome, SwapRewards } from '../../src/engine/trainer/engineContext.ts';
import { writeTinyModel, type TinyModel } from './tinyModel.ts';

/** A test that takes longer hangs; the machine may be slow and busy. */
export const HANG_LIMIT = { timeout: 10 * 60_000 };

const folders: string[] = [];
process.on('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

export interface Project {
  readonly folder: string;
  readonly model: TinyModel;
}

/** A model, problems and the rewards of `test/fixtures/rewards/training.ts`; removed when the process ends. */
export async function makeProject(model: TinyModel): Promise<Project> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rlvr-training-')));
  folders.push(folder);
  await writeTinyModel(join(folder, 'model'), model);
  cpSync(join(import.meta.dirname, '../fixtures/rewards/training.ts'), join(folder, 'rewards.ts'));
  writeRows(folder, 'train.jsonl', ['eggs', 'books', 'cards'], 4);
  writeRows(folder, 'test.jsonl', ['pens'], 2);
  writeRows(folder, 'more.jsonl', ['coins', 'shells'], 3);
  return { folder, model };
}

function writeRows(folder: string, file: string, things: readonly string[], each: number): void {
  const rows = things.flatMap((thing) =>
    Array.from({ length: each }, (_, index) => ({
      question: `Eva has ${index + 2} ${thing}. How many?`,
      answer: `${index + 2}`,
    })),
  );
  writeFileSync(join(folder, file), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

/** A reward of the project's file. */
export function reward(name: string): NonNullable<ExperimentInput['rewards']>[number] {
  return { file: 'rewards.ts', function: name };
}

/** Judged by the number that a completion ends in, of several samples: so that answers, lenient accuracy and maj@k are in the run too. */
export const answering = {
  rewards: [reward('digits'), { function: 'gsm8k', weight: 0, options: { rule: 'verl-flexible' } }],
  evaluation: { reward: 'gsm8k', samples: 3, sampling: { temperature: 1 } },
} as const;

/** Two tasks of another size, weight and prompt, and a reward that the second does without. */
export const twoTasks = {
  things: {
    weight: 2,
    dataset: { source: 'train.jsonl', validation: 2, test: 'test.jsonl' },
    rewards: ['digits', 'gsm8k', 'brevity'],
  },
  more: { dataset: { source: 'more.jsonl', validation: 1, prompt: '{question} ' }, rewards: ['digits', 'gsm8k'] },
};

/** Sections are merged key by key. */
export type Changes = Partial<ExperimentInput>;

/** Three steps of two groups of four, and enough of everything else that a run has. */
export function tinyExperiment(changes: Changes = {}): ExperimentInput {
  return {
    model: 'model',
    rewards: [reward('digits')],
    ...changes,
    ...(changes.tasks === undefined && { dataset: { source: 'train.jsonl', validation: 2, ...changes.dataset } }),
    training: { steps: 3, problemsPerStep: 2, microBatch: 4, ...changes.training },
    rollout: { groupSize: 4, maxCompletionLength: 8, ...changes.rollout },
    optimizer: { learningRate: 0.02, ...changes.optimizer },
    evaluation: { every: 2, ...changes.evaluation },
    checkpoint: { every: 2, ...changes.checkpoint },
  };
}

/** Writes the experiment's file and returns its path. */
export function writeExperiment({ folder }: Project, changes: Changes, name = 'experiment'): string {
  const path = join(folder, `${name}.rlvr.json`);
  writeFileSync(path, JSON.stringify(tinyExperiment(changes)));
  return path;
}

export function runsDir({ folder }: Project): string {
  const path = join(folder, 'runs');
  mkdirSync(path, { recursive: true });
  return path;
}

export interface Engaged {
  readonly outcome: Outcome;
  readonly events: readonly EngineEvent[];
  /** The run's folder. */
  readonly dir: string;
}

export interface Watching {
  /** Called with every event; `stop` is what Ctrl-C does. */
  readonly onEvent?: (event: EngineEvent, stop: () => void) => void;
  /** Awaited before each step that this engine does, the first of them 1. */
  readonly beforeStep?: (count: number, swap: SwapRewards) => Promise<void>;
}

/** Trains a tiny experiment to its end, or to where it is stopped. */
export function train(project: Project, changes: Changes = {}, watching: Watching = {}): Promise<Engaged> {
  const options = { experimentPath: writeExperiment(project, changes), overrides: [], runsDir: runsDir(project) };
  return engage((context) => trainExperiment(options, context), watching);
}

export function resume(dir: string, watching: Watching = {}): Promise<Engaged> {
  return engage((context) => resumeRun(dir, context), watching);
}

/** Calls a door of the engine and keeps what it says. */
export async function engage(
  door: (context: EngineContext) => Promise<Outcome>,
  { onEvent, beforeStep }: Watching = {},
): Promise<Engaged> {
  const events: EngineEvent[] = [];
  const stop = new AbortController();
  const emit = (event: EngineEvent): void => {
    events.push(event);
    onEvent?.(event, () => {
      stop.abort();
    });
  };
  let swap: SwapRewards = () => Promise.reject(new Error('there is no run yet'));
  let steps = 0;
  const outcome = await door({
    emit,
    signal: stop.signal,
    offerSwap: (offered) => (swap = offered),
    beforeStep: () => beforeStep?.(++steps, swap) ?? Promise.resolve(),
  });
  return { outcome, events, dir: runDirOf(events) };
}

/** Where the run is, as the engine said; empty before it did. */
export function runDirOf(events: readonly EngineEvent[]): string {
  const started = events.find((event) => event.event === 'started');
  return started?.runDir ?? '';
}
