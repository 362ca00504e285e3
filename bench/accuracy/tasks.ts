/** What is learned: the built-in demo by an adapter, and stories260K rewarded for trees in its stories. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExperimentInput } from '../../src/engine/protocol/experiment.ts';
import { storyBeginnings } from '../storyBeginnings.ts';

const ROOT = join(import.meta.dirname, '../..');
export const STORIES_MODEL = join(ROOT, 'test/fixtures/stories260K');

export interface Task {
  readonly name: string;
  /** Of each run, unless one says otherwise. */
  readonly steps: number;
  /** Writes what is needed into a folder. @returns the experiment's path */
  readonly prepare: (folder: string) => Promise<string>;
  readonly overrides: readonly string[];
}

/** Every twelfth greedy story has one before training. */
const TREE = `export const tree = ({ completion }) => (/\\btree\\b/.test(completion) ? 1 : 0);\n`;

const STORIES: ExperimentInput = {
  model: STORIES_MODEL,
  dataset: { source: 'problems.jsonl', validation: 48, prompt: '{question}', overlap: 'expected' },
  rewards: [{ file: 'reward.js', function: 'tree' }],
  training: { problemsPerStep: 8, microBatch: 32 },
  rollout: { groupSize: 8, maxCompletionLength: 24 },
  optimizer: { learningRate: 2e-4, schedule: 'constant', warmupSteps: 0 },
};

export const TASKS: readonly Task[] = [
  {
    name: 'demo',
    steps: 60,
    prepare: () => Promise.resolve(join(ROOT, 'examples/demo/demo.rlvr.json')),
    overrides: ['full=false', 'optimizer.learningRate=2e-3'],
  },
  {
    name: 'stories',
    steps: 50,
    async prepare(folder) {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'problems.jsonl'), storyBeginnings(12, 8));
      await writeFile(join(folder, 'reward.js'), TREE);
      const path = join(folder, 'stories.rlvr.json');
      await writeFile(path, JSON.stringify(STORIES));
      return path;
    },
    overrides: [],
  },
];
