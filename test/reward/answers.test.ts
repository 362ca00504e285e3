/** Promises: what a function took for the answer comes with its score, of the completion it belongs to or not at all, and spoils no score. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rewardConfigSchema, type RewardConfig } from '../../src/engine/protocol/experiment.ts';
import { openScorer, type GroupToScore } from '../../src/engine/reward/scorer.ts';
import { fixtures, temporaryFolder } from './support.ts';

const TEXTS = ['so it is 71', 'so 72, or 73', 'I do not know', '72'];
const TIMES = 20;

function groupOf(texts: readonly string[]): GroupToScore {
  const completions = texts.map((text) => ({ text, tokens: 1 }));
  return { row: { answer: '30 + 42 = 72\n#### 72' }, prompt: 'What is 30 + 42?', completions };
}

/** What was found in each completion; 'unknown' where nothing is said of it, and what went wrong. */
async function found(reward: Partial<RewardConfig>, texts: readonly string[] = TEXTS): Promise<unknown[]> {
  const config = rewardConfigSchema.parse({ file: 'answers.ts', name: 'reward', timeout: 60, ...reward });
  const scorer = await openScorer({
    rewards: [config],
    baseDir: fixtures,
    outDir: temporaryFolder(),
    onWarning: (message) => assert.fail(message),
  });
  try {
    const [verdicts = []] = await scorer.score([groupOf(texts)]);
    return verdicts.map(({ rewards: { reward: result } }) => {
      if (result === undefined || 'error' in result) return result?.error.kind;
      return result.extracted === undefined ? 'unknown' : result.extracted;
    });
  } finally {
    await scorer.close();
  }
}

const LAST = ['71', '73', null, '72'];

test('a function that reads the reference in the same way', async () => {
  assert.deepEqual(await found({ function: 'last' }), LAST);
});

test('a rule that finds something after one that finds nothing', async () => {
  const texts = [String.raw`\boxed{5}`, '#### 6', 'none'];
  assert.deepEqual(await found({ function: 'fallback' }, texts), ['5', '6', null]);
});

test('calls that overlap', async () => {
  const many = Array.from({ length: TIMES }, (_, i) => `it is ${i}`);
  assert.deepEqual(
    await found({ function: 'slow' }, many),
    many.map((_, i) => String(i)),
  );
});

test('a call that looks into completions of others says nothing of its own', async () => {
  const answers = await found({ function: 'batched' });
  for (const [i, answer] of answers.entries()) assert.ok(answer === LAST[i] || answer === 'unknown', String(answer));
});

test('a group', async () => {
  assert.deepEqual(await found({ function: 'group', per: 'group' }), LAST);
});

test('a search of its own', async () => {
  assert.deepEqual(await found({ function: 'own' }, ['it is B', 'it is E']), ['B', null]);
});

test('what is said after the score counts no more, for no completion', async () => {
  assert.deepEqual(
    await found({ function: 'tooLate' }, Array<string>(TIMES).fill('same')),
    Array(TIMES).fill('unknown'),
  );
});

test('made-up notes change no score and are cut', async () => {
  assert.deepEqual(await found({ function: 'forged' }, ['a', 'b']), ['y'.repeat(200), 'y'.repeat(200)]);
});

test('a failure has no answer', async () => {
  assert.deepEqual(await found({ function: 'fails' }, ['72']), ['threw']);
});

test('built-in rewards', async () => {
  const builtin = { file: undefined, name: 'reward' };
  const texts = ['#### 1,072', '####', 'none'];
  assert.deepEqual(await found({ ...builtin, function: 'gsm8k' }, texts), ['1072', null, null]);
  assert.deepEqual(await found({ ...builtin, function: 'finalNumber' }, texts), ['1,072', null, null]);
  assert.deepEqual(await found({ ...builtin, function: 'format' }, texts), ['unknown', 'unknown', 'unknown']);
});
