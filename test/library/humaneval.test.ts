/** Promise: what passes HumanEval's tests gets 1 and what fails them 0, scored as in a run. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { openScorer } from '../../src/engine/reward/scorer.ts';
import { kindOf, temporaryFolder } from '../reward/support.ts';

const baseDir = resolve(import.meta.dirname, '../../src/library/rewards');
const problems = readFileSync(join(import.meta.dirname, '../fixtures/humaneval/problems.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) =>
    z
      .object({ prompt: z.string(), canonical_solution: z.string(), test: z.string(), entry_point: z.string() })
      .parse(JSON.parse(line)),
  );

const fence = '```';

test(
  'HumanEval: its own solutions pass, and broken ones do not, whatever way they break',
  { timeout: 240_000 },
  async () => {
    const scorer = await openScorer({
      rewards: [
        {
          file: 'humaneval.ts',
          function: 'passes',
          per: 'completion',
          weight: 1,
          // A completion waits for the cores that the others take.
          timeout: 200,
          options: {},
        },
      ],
      baseDir,
      outDir: temporaryFolder(),
      onWarning: (message) => assert.fail(message),
    });
    try {
      const verdicts = await scorer.score(
        problems.map(({ prompt, canonical_solution: solution, test: tests, entry_point }) => ({
          row: { test: tests, entry_point },
          prompt,
          completions: [
            solution,
            `Sure:\n${fence}python\n${prompt}${solution}\n${fence}\nDone.`,
            '    return None\n',
            '    import os; os._exit(0)\n',
            solution.slice(0, -8),
            `I think that the answer is 4.`,
          ].map((text) => ({ text, tokens: 1 })),
        })),
      );
      const scores = verdicts.map((group) => group.map(({ rewards }) => kindOf(rewards['passes'])));
      assert.deepEqual(
        scores,
        problems.map(() => [1, 1, 0, 0, 0, 0]),
      );
      assert.equal(scores.length, 7);
    } finally {
      await scorer.close();
    }
  },
);
