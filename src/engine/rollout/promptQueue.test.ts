import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING, type PrefilledPrompt } from './kvCache.ts';
import { PromptQueue, type QueuedCompletion } from './promptQueue.ts';

function group(problem: number, length: number, samples: number) {
  const keys = Array.from({ length: samples }, (_, sample) => ({ step: 1, problem, occurrence: 0, round: 0, sample }));
  return { prompt: new Int32Array(length).fill(problem), keys };
}

/** A queue over groups that records what is prefilled, as lists of prompt lengths. */
function recordingQueue(groups: readonly ReturnType<typeof group>[]): { queue: PromptQueue; prefills: number[][] } {
  const prefills: number[][] = [];
  const queue = new PromptQueue(groups, (prompts) => {
    prefills.push(prompts.map(({ length }) => length));
    return Promise.resolve(
      prompts.map(({ length }, row): PrefilledPrompt => ({ ...NOTHING, row, length: length - 1 })),
    );
  });
  return { queue, prefills };
}

async function drain(queue: PromptQueue): Promise<QueuedCompletion[]> {
  const all: QueuedCompletion[] = [];
  for (let next = await queue.next(); next; next = await queue.next()) all.push(next);
  return all;
}

test('short prompts come first, a group stays together, and every completion knows its place in the request', async () => {
  const { queue } = recordingQueue([group(0, 9, 2), group(1, 4, 3), group(2, 4, 0), group(3, 4, 1)]);
  const completions = await drain(queue);
  assert.deepEqual(
    completions.map(({ key, index }) => [key.problem, key.sample, index]),
    [
      [1, 0, 2],
      [1, 1, 3],
      [1, 2, 4],
      [3, 0, 5],
      [0, 0, 0],
      [0, 1, 1],
    ],
  );
  for (const { prompt, prefilled } of completions)
    assert.equal(prefilled?.length ?? prompt.length - 1, prompt.length - 1);
  assert.deepEqual(
    completions.map(({ prefilled, last }) => [prefilled !== null, last]),
    [
      [true, false],
      [false, false],
      [false, true],
      [true, true],
      [true, false],
      [false, true],
    ],
  );
  assert.equal(await queue.next(), null);
});

test('each prompt is prefilled once, with others of similar length, and not long before it is needed', async () => {
  const { queue, prefills } = recordingQueue([
    group(0, 300, 2),
    group(1, 310, 2),
    group(2, 320, 2),
    group(3, 350, 2),
    group(4, 2000, 2),
  ]);
  await queue.next();
  assert.deepEqual(prefills, [[300, 310, 320]]);
  await drain(queue);
  assert.deepEqual(prefills, [[300, 310, 320], [350], [2000]]);
});

test('no groups are no work', async () => {
  assert.equal(await recordingQueue([]).queue.next(), null);
});
