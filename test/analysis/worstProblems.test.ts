import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { worstProblemsText } from '../../src/engine/analysis/agents/worstProblemsText.ts';
import { worstProblems } from '../../src/engine/analysis/worstProblems.ts';
import { worstProblemsInput } from '../../src/engine/protocol/agentTools.ts';
import type { CompletionRecord } from '../../src/engine/protocol/run.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { completion, experiment, manifest, problem, RUN_ID, temporaryFolder } from '../run/samples.ts';

const rewarded = { ...experiment, rewards: [{ ...reward('correct'), weight: 1 }] };

function reward(name: string): (typeof experiment.rewards)[number] {
  return { function: name, name, weight: 1, timeout: 2, per: 'completion', options: {} };
}

/** A completion with its verdict. */
function scored(step: number, index: number, sample: number, value: number, changes: Partial<CompletionRecord> = {}) {
  return completion(step, index, sample, { reward: value, rewards: { correct: { value } }, ...changes });
}

function heldOut(step: number, index: number, value: number): CompletionRecord {
  return scored(step, index, 0, value, { purpose: 'evaluation', split: 'validation', advantage: null });
}

/** Twelve training steps, and evaluations after steps 0 and 12. */
function writeRun(): { readonly runsDir: string; readonly dir: string } {
  const runsDir = temporaryFolder();
  const dir = join(runsDir, RUN_ID);
  const writer = RunWriter.create(dir, manifest, rewarded);
  const evaluation = { split: 'validation', problems: 3, samples: 1, correct: 1 } as const;
  const accuracy = { value: 0.5, low: 0.1, high: 0.9 };
  for (let step = 0; step <= 12; step++) {
    const evaluated = step === 0 || step === 12;
    writer.writeSteps([
      {
        step,
        metrics: { reward: 0 },
        problems: [
          ...[1, 2, 3, 9].map((index) => problem(index)),
          ...(evaluated ? [20, 21, 22].map((index) => problem(index, 'validation')) : []),
        ],
        completions: [
          // Only in the first two steps: too old to count.
          ...(step < 3 ? [scored(step, 9, 0, 0)] : []),
          ...(step > 0
            ? [scored(step, 1, 0, 1), scored(step, 1, 1, 0), scored(step, 2, 0, 0), scored(step, 3, 0, 0.5)]
            : []),
          ...(evaluated ? [heldOut(step, 20, 1), heldOut(step, 21, step === 0 ? 1 : 0), heldOut(step, 22, 0)] : []),
        ],
        evaluation: evaluated ? { step, ...evaluation, accuracy } : null,
        state: null,
      },
    ]);
  }
  writer.setStatus('finished');
  writer.close();
  return { runsDir, dir };
}

const { runsDir, dir } = writeRun();

function read<Result>(use: (reader: RunReader) => Result): Result {
  const reader = RunReader.open(dir);
  try {
    return use(reader);
  } finally {
    reader.close();
  }
}

test('in training the newest ten steps count; the least solved come first, then the least rewarded', () => {
  const { steps, problems, solvedBy } = read((reader) => worstProblems(reader, 'train'));
  assert.deepEqual(steps, [3, 12]);
  assert.equal(solvedBy, 'correct');
  assert.deepEqual(
    problems.map(({ problem: row, solved, meanReward, completions }) => [row, solved, meanReward, completions.length]),
    [
      [2, 0, 0, 10],
      [3, 0, 0.5, 10],
      [1, 10, 0.5, 20],
    ],
  );
  assert.equal(problems[0]?.completions[0]?.key.step, 12, 'the newest first');
});

test('held-out problems are those of the newest evaluation, and what is looked at unless asked otherwise', () => {
  const { split, steps, problems } = read((reader) => worstProblems(reader));
  assert.equal(split, 'validation');
  assert.deepEqual(steps, [12, 12]);
  assert.deepEqual(
    problems.map(({ problem: row, solved }) => [row, solved]),
    [
      [21, 0],
      [22, 0],
      [20, 1],
    ],
  );
  assert.deepEqual(
    read((reader) => worstProblems(reader, 'test')),
    { split: 'test', steps: null, solvedBy: 'correct', problems: [] },
  );
});

test('an answer has so many problems and completions as were asked for, and says how to see the next', () => {
  const places = { runsDirs: [runsDir], runDirs: [] };
  const text = worstProblemsText(
    places,
    worstProblemsInput.parse({ run: RUN_ID, split: 'train', limit: 1, skip: 1, completions: 2 }),
  );
  assert.match(text, /train problems in training steps 3 to 12: 3 problems, 0 of them solved by every completion/);
  assert.match(text, /\n\nProblem 3 .*solved 0 of 10 completions, mean reward 0\.5/);
  assert.equal(text.match(/untrusted completion/g)?.length, 2);
  assert.equal(text.match(/untrusted prompt/g)?.length, 1);
  assert.match(text, /1 more problem, solved as often or more: "skip": 2 shows the next\.$/);
  assert.match(
    worstProblemsText(places, worstProblemsInput.parse({ run: RUN_ID, split: 'test' })),
    /^Run .* has no completions of the test problems yet\.$/,
  );
});
