/** Promise: whatever befalls a run, it ends as the run to which nothing happened, and nothing is left of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HANG_LIMIT } from '../support/trainingProject.ts';
import { soak } from './soak.ts';

/** `npm run soak` goes on for an hour; this is enough for most kinds of faults to strike once. */
const SHORT = { minutes: 0, steps: 12, pauseMs: 400, faults: 16, only: '', seed: 0 };

const skip = process.platform === 'linux' ? false : 'It looks into /proc, which only Linux has.';

test('a run that something happens to, again and again', { ...HANG_LIMIT, skip }, async (context) => {
  const { runs, blows, problems } = await soak(SHORT, (line) => context.diagnostic(line));
  assert.deepEqual(problems, []);
  assert.equal(runs, 1);
  assert.ok(blows.length > 3, `${blows.length} faults`);
});
