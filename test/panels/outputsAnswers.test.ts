/** Promise: what a reward took for the answer is seen with the completion, and is text whatever it is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RewardResult } from '../../src/engine/protocol/completion.ts';
import { runOf } from './outputsRuns.ts';
import { cards, outputsTests, titled } from './outputsTests.ts';

const withPanel = outputsTests();

function found(correct: string | null | undefined, format?: string | null): { rewards: Record<string, RewardResult> } {
  const verdict = (extracted: string | null | undefined): RewardResult => ({
    value: 0,
    ...(extracted === undefined ? {} : { extracted }),
  });
  return { rewards: { correct: verdict(correct), format: verdict(format) } };
}

test('the answer that was extracted, none, and nothing where nobody looked', async () => {
  const changes = [
    found('72'),
    found(null),
    found(undefined),
    found('72', '72'),
    found('72', null),
    found('<img src=x onerror="document.title = 1">\u202E'),
  ];
  const dir = runOf(
    changes.map((_, index) => `text ${index}`),
    undefined,
    changes,
  );
  await withPanel(dir, async (page) => {
    await titled(page, 'Problem 1, step 1');
    const lines: string[][] = [];
    for (const card of await cards(page).all()) lines.push(await card.locator('.card-answer > span').allTextContents());
    assert.deepEqual(lines, [
      ['Extracted: 72'],
      ['No answer found'],
      [],
      ['Extracted: 72'],
      ['correct: Extracted: 72', 'format: No answer found'],
      ['Extracted: <img src=x onerror="document.title = 1">U+202E'],
    ]);
    assert.equal(await page.locator('.card-answer img').count(), 0);
  });
});
