/** Promise: a weight that changes with the steps is that of the step wherever a reward is summed: in training, resumed, replayed, scored again. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { weightAt } from '../../src/engine/protocol/rewardWeights.ts';
import { openScorer } from '../../src/engine/reward/scorer.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { readStoredGroups, sampleGroups } from '../../src/engine/run/storedGroups.ts';
import { assertEqualBits, replay } from '../support/replays.ts';
import { assertSameRun, metricsOf, recordOf } from '../support/runRecord.ts';
import { HANG_LIMIT, makeProject, resume, reward, train, type Changes } from '../support/trainingProject.ts';

const SCHEDULE = { 0: 0, 2: 1, 4: -3 };
const STEPS = 4;

const scheduled: Changes = {
  rewards: [
    { ...reward('digits'), weight: 0.5 },
    { ...reward('brevity'), weight: SCHEDULE },
  ],
  // Its weight at step 0 is 0, when groups without a digit have nothing to learn from.
  algorithm: { dynamicSampling: { maxBatches: 2 } },
  training: { steps: STEPS },
  evaluation: { every: 1 },
  lora: { rank: 4 },
};

test('a reward whose weight changes with the steps', HANG_LIMIT, async (context) => {
  const project = await makeProject('gpt2');
  const { dir } = await train(project, scheduled);
  const expected = recordOf(dir);
  const reader = RunReader.open(dir);
  context.after(() => reader.close());

  await context.test('sums and advantages are those of its step, also of evaluations', () => {
    let summed = 0;
    for (const { key, rewards, reward: sum } of reader.completions()) {
      const [digits, brevity] = [rewards['digits'], rewards['brevity']];
      assert.ok(digits && 'value' in digits && brevity && 'value' in brevity);
      const weight = weightAt(SCHEDULE, key.step);
      const parts = [0.5 * (digits.value ?? NaN), ...(weight === 0 ? [] : [weight * (brevity.value ?? NaN)])];
      assert.equal(
        sum,
        parts.reduce((total, part) => total + part),
      );
      summed++;
    }
    assert.ok(summed > STEPS * 8);
    assert.deepEqual(
      [1, 2, 3, 4].map((step) => metricsOf(expected, step)['rewards/brevity/weight']),
      [0.5, 1, -1, -3],
    );
    assert.equal(metricsOf(expected, 1)['rewards/digits/weight'], undefined);
  });

  await context.test('replayed, each step has the same bits', async () => {
    for (const step of [1, 3, 4]) assertEqualBits(await replay(dir, step));
  });

  await context.test('stopped and resumed, it is the same run', async () => {
    const stopped = await train(project, scheduled, {
      onEvent: (event, stop) => {
        if (event.event === 'step' && event.step === 2) stop();
      },
    });
    assert.equal(stopped.outcome, 'stopped');
    await resume(stopped.dir);
    assertSameRun(recordOf(stopped.dir), expected);
  });

  await context.test('scored again, stored completions have the sums that they had', async () => {
    const outDir = mkdtempSync(join(tmpdir(), 'rlvr-schedule-'));
    const { rewards } = reader.experiment();
    const scorer = await openScorer({ rewards, baseDir: project.folder, outDir, onWarning: () => {} });
    try {
      for (const purpose of ['rollout', 'evaluation'] as const) {
        const split = purpose === 'rollout' ? 'train' : 'validation';
        const groups = readStoredGroups(reader, sampleGroups(reader, { purpose, split }, 1000));
        const verdicts = await scorer.score(groups);
        assert.deepEqual(
          verdicts.map((group) => group.map((one) => one.reward)),
          groups.map(({ completions }) => completions.map((one) => one.reward)),
        );
      }
    } finally {
      await scorer.close();
      rmSync(outDir, { recursive: true });
    }
  });
});
