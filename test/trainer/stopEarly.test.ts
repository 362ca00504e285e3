/** Promise: a run ends where its held-out accuracy no longer rises, keeps the best policy, and all that whether it is killed or not. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { savedSteps } from '../../src/engine/run/checkpoints.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import type { SwapRewards } from '../../src/engine/trainer/engineContext.ts';
import { bestPolicy, earlyEndOf } from '../../src/engine/analysis/bestPolicy.ts';
import { assertSameRun, recordOf } from '../support/runRecord.ts';
import {
  HANG_LIMIT,
  makeProject,
  resume,
  train,
  type Changes,
  type Engaged,
  type Project,
} from '../support/trainingProject.ts';

/** Half of all completions by their texts: the held-out accuracy goes up and down by chance, the same way each time. */
const CHANCE = `export const chance = ({ completion }) =>
  [...completion].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 2;
`;

/** Steps between checkpoints that are asked for. */
const EVERY = 5;

const rising: Changes = {
  rewards: [{ file: 'chance.ts', function: 'chance' }],
  dataset: { source: 'train.jsonl', validation: 3, test: 'test.jsonl' },
  training: { steps: 20 },
  evaluation: { every: 1, samples: 4, sampling: { temperature: 1 }, stopEarly: { patience: 3, minSteps: 4 } },
  checkpoint: { every: EVERY, keep: 1 },
};

/** Of the checkpoints that are asked for, the newest before the last of all. */
function regularBefore(end: number): number[] {
  const newest = end - 1 - ((end - 1) % EVERY);
  return newest === 0 ? [] : [newest];
}

async function projectOf(): Promise<Project> {
  const project = await makeProject('gpt2');
  writeFileSync(join(project.folder, 'chance.ts'), CHANCE);
  return project;
}

/** The step and accuracy of each evaluation on the validation part. */
function courseOf(dir: string): { readonly step: number; readonly value: number }[] {
  return recordOf(dir)
    .evaluations.filter(({ split }) => split === 'validation')
    .map(({ step, accuracy: { value } }) => ({ step, value }));
}

/** By the rule of the documentation, written anew: the step of the best so far, and after how many evaluations it was over. */
function expectedEnd(course: readonly { readonly step: number; readonly value: number }[]): {
  best: number;
  end: number;
} {
  let best = { step: -1, value: -1 };
  for (const { step, value } of course) {
    if (value > best.value) best = { step, value };
    if (step >= 4 && step - best.step >= 3) return { best: best.step, end: step };
  }
  return assert.fail('it did not end early');
}

async function stoppedAfter(project: Project, changes: Changes, step: number): Promise<Engaged> {
  return train(project, changes, {
    onEvent: (event, stop) => {
      if (event.event === 'step' && event.step === step) stop();
    },
  });
}

for (const full of [false, true])
  test(`${full ? 'all weights' : 'an adapter'}: it ends early, and keeps the best`, HANG_LIMIT, async (context) => {
    const project = await projectOf();
    const changes: Changes = { ...rising, full };
    const straight = await train(project, changes);
    const expected = recordOf(straight.dir);
    const { best, end } = expectedEnd(courseOf(straight.dir));
    assert.ok(best > 0 && best % EVERY !== 0, `the best is one that only its accuracy keeps, not that of step ${best}`);

    await context.test('it says why, measures the test part with the last policy, and is finished', () => {
      const early = { step: end, steps: 20, best, evaluations: end - best };
      const { events } = straight;
      assert.deepEqual(
        events.filter(({ event }) => event === 'stoppedEarly'),
        [{ event: 'stoppedEarly', ...early }],
      );
      const done = events.at(-1);
      assert.ok(done?.event === 'done' && done.best?.kept === true);
      assert.deepEqual(done.early, early);
      assert.equal(done.best.evaluation.step, best);
      assert.deepEqual(
        expected.evaluations.filter(({ split }) => split === 'test').map(({ step }) => step),
        [end],
      );
      const reader = RunReader.open(straight.dir);
      try {
        assert.deepEqual(
          { ...reader.state(), message: null },
          { status: 'finished', crashed: false, message: null, lastStep: end },
        );
        assert.deepEqual(earlyEndOf(reader), early);
        assert.equal(bestPolicy(reader)?.evaluation.step, best);
      } finally {
        reader.close();
      }
    });

    await context.test('of checkpoints there are the best, the newest and the last', () => {
      const expectedSteps = [...new Set([best, ...regularBefore(end), end])].sort((a, b) => a - b);
      assert.deepEqual(savedSteps(straight.dir, 'checkpoints'), expectedSteps);
    });

    await context.test('resumed, it says that it is finished', async () => {
      const again = await resume(straight.dir);
      assert.deepEqual(
        again.events.map(({ event }) => event),
        ['started', 'done'],
      );
      assertSameRun(recordOf(straight.dir), expected);
    });

    await context.test('stopped on the way, where it has a best, it comes to the same', async () => {
      for (const step of new Set([best, end - 1, end])) {
        const stopped = await stoppedAfter(project, changes, step);
        assert.equal(stopped.outcome, 'stopped');
        assert.equal((await resume(stopped.dir)).outcome, 'finished');
        assertSameRun(recordOf(stopped.dir), expected);
      }
    });
  });

test('rewards that were to take over at a step that an early end took away never do', HANG_LIMIT, async () => {
  const project = await projectOf();
  let refused: unknown = null;
  let swap: SwapRewards = () => assert.fail('none was offered');
  const straight = await train(project, rising, {
    beforeStep: (_, offered) => {
      swap = offered;
      return Promise.resolve();
    },
    onEvent: (event) => {
      if (event.event === 'eval' && event.split === 'test') swap().catch((error: unknown) => (refused = error));
    },
  });
  assert.match(String(refused), /there is no next one to score/);
  const expected = recordOf(straight.dir);
  const { end } = expectedEnd(courseOf(straight.dir));

  const stopped = await stoppedAfter(project, rising, end);
  assert.equal(stopped.outcome, 'stopped');
  const writer = RunWriter.open(stopped.dir);
  const folder = 'rewards/0-other';
  const version = { fromStep: end + 1, reward: 'chance', hash: 'other', entry: `${folder}/chance.ts` };
  const other = new TextEncoder().encode('export const chance = () => 1;\n');
  writer.changeRewards(end + 1, [version], new Map([[folder, new Map([['chance.ts', other]])]]));
  writer.close();
  assert.equal((await resume(stopped.dir)).outcome, 'finished');
  assertSameRun(recordOf(stopped.dir), expected);
  const resumed = RunWriter.open(stopped.dir);
  assert.deepEqual(resumed.rewardVersions(), []);
  resumed.close();
});

test('without the best, checkpoints are those that were asked for', HANG_LIMIT, async () => {
  const project = await projectOf();
  const { dir } = await train(project, { ...rising, checkpoint: { every: EVERY, keep: 1, best: false } });
  const { end } = expectedEnd(courseOf(dir));
  assert.deepEqual(savedSteps(dir, 'checkpoints'), [...regularBefore(end), end]);
});
