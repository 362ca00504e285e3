import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hackingSigns } from '../../src/engine/analysis/hacking/hackingSigns.ts';
import { signalReport } from '../../src/engine/analysis/signal/signalReport.ts';
import { signalCauses } from '../../src/engine/protocol/panels/signal.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { completion, problem } from '../run/samples.ts';
import { GROUPS, signalRun } from '../support/signalRuns.ts';

function read<Result>(dir: string, use: (reader: RunReader) => Result): Result {
  const reader = RunReader.open(dir);
  try {
    return use(reader);
  } finally {
    reader.close();
  }
}

const dir = signalRun({ steps: 100, hacked: true });

test('every dead group of the newest steps is counted once, under the cause it has', () => {
  const report = read(dir, (reader) => signalReport(reader, 100)) ?? assert.fail();
  const dead = GROUPS.filter(({ cause }) => cause !== null);
  assert.deepEqual(
    [report.from, report.to, report.steps, report.groups, report.dead],
    [91, 100, 10, 10 * GROUPS.length, 10 * dead.length],
  );
  const expected = signalCauses.flatMap((cause) => {
    const groups = dead.filter((group) => group.cause === cause).length;
    return groups === 0 ? [] : [[cause, 10 * groups]];
  });
  assert.deepEqual(
    report.causes.map(({ cause, count }) => [cause, count]),
    expected,
  );
  const right = report.causes.find(({ cause }) => cause === 'right');
  assert.deepEqual(right?.groups.slice(0, 3), [
    { problem: 2, step: 100 },
    { problem: 3, step: 100 },
    { problem: 2, step: 99 },
  ]);
});

test('each cause names what would change it', () => {
  const { causes } = read(dir, (reader) => signalReport(reader, 100)) ?? assert.fail();
  const levers = Object.fromEntries(causes.map((cause) => [cause.cause, cause.levers.map(({ label }) => label)]));
  assert.deepEqual(levers, {
    right: ['dataset.source', 'algorithm.dynamicSampling'],
    wrong: ['dataset.source', 'rollout.groupSize', 'algorithm.dynamicSampling'],
    unanswered: ['dataset.prompt', 'options of right'],
    truncated: ['rollout.maxCompletionLength'],
    cancel: ['weight of right', 'weight of form'],
    failed: ['right'],
  });
});

test('an earlier step has the report of what was known then; before the first there is none', () => {
  const early = read(dir, (reader) => signalReport(reader, 3)) ?? assert.fail();
  assert.deepEqual([early.from, early.to, early.steps], [1, 3, 3]);
  assert.equal(
    read(dir, (reader) => signalReport(reader, 0)),
    null,
  );
});

test('a group that screening put aside is counted apart from those without signal', () => {
  const writer = RunWriter.open(signalRun({ steps: 1, changes: { curriculum: { by: 'adaptive', screen: 2 } } }));
  const solved = (index: number, samples: number, advantage: number | null) =>
    Array.from({ length: samples }, (_, sample) => completion(2, index, sample, { advantage, reward: 1 }));
  const completions = [...solved(0, 2, null), ...solved(1, 2, null), ...solved(2, 8, 0)];
  writer.writeStep({ step: 2, metrics: {}, problems: [], completions, evaluation: null, state: null });
  writer.close();
  const report = read(writer.dir, (reader) => signalReport(reader, 2)) ?? assert.fail();
  assert.deepEqual([report.groups, report.putAside, report.dead], [GROUPS.length + 1, 2, 7 + 1]);
});

test('what was found out of a step is kept only while the step is the same', () => {
  read(dir, (reader) => {
    const newest = signalReport(reader, 100);
    assert.deepEqual(signalReport(reader, 100), newest);
    assert.deepEqual([signalReport(reader, 3)?.from, signalReport(reader, 95)?.from], [1, 86]);
    assert.deepEqual(signalReport(reader, 100), newest);
  });
  const writer = RunWriter.open(signalRun({ steps: 5 }));
  const reader = RunReader.open(writer.dir);
  const dead = (last: number): number | undefined => signalReport(reader, last)?.dead;
  assert.deepEqual([dead(5), dead(5)], [35, 35]);
  writer.rewind(4);
  assert.equal(dead(5), 28);
  const alike = [0, 1].map((sample) => completion(5, 0, sample, { advantage: 0, reward: 0 }));
  const step = { metrics: {}, problems: [], evaluation: null, state: null };
  writer.writeSteps([
    { ...step, step: 5, completions: alike },
    { ...step, step: 6, completions: [] },
  ]);
  assert.equal(dead(6), 29, 'the step was written again, and is another');
  writer.rewind(4);
  writer.writeStep({ ...step, step: 5, completions: alike.map((one) => ({ ...one, reward: 1, advantage: 0.5 })) });
  assert.equal(dead(5), 28, 'as many completions of another kind');
  reader.close();
  writer.close();
});

test("whether an answer was found is not claimed of the user's own function", () => {
  const own = signalRun({
    steps: 2,
    changes: {
      rewards: [
        { file: 'reward.ts', function: 'right' },
        { function: 'format', name: 'form' },
      ],
    },
  });
  const { causes } = read(own, (reader) => signalReport(reader, 2)) ?? assert.fail();
  assert.deepEqual(
    causes.filter(({ cause }) => ['wrong', 'unanswered'].includes(cause)).map(({ cause, count }) => [cause, count]),
    [['wrong', 4]],
  );
  assert.deepEqual(causes.find(({ cause }) => cause === 'failed')?.levers, [
    { kind: 'reward', label: 'right', name: 'right' },
  ]);
});

test('a sign has the completions that show it, and is found again without looking', () => {
  read(dir, (reader) => {
    const signs = hackingSigns(reader);
    assert.deepEqual(
      signs.map(({ kind }) => kind),
      ['accuracyFalls'],
    );
    const [sign = assert.fail()] = signs;
    assert.ok(sign.step > 50 && sign.step < 100 && sign.step % 10 === 0);
    const { scope, groups } = sign.evidence ?? assert.fail();
    assert.deepEqual(scope, { purpose: 'evaluation', split: 'validation' });
    for (const { problem, step } of groups) {
      assert.equal(step, sign.step);
      const [lost] = reader.completionsOfProblem('validation', problem).filter(({ key }) => key.step === step);
      assert.equal(lost?.reward, 0);
    }
    assert.equal(hackingSigns(reader), signs);
  });
  assert.deepEqual(
    read(signalRun({ steps: 100 }), (reader) => hackingSigns(reader)),
    [],
  );
});

test("a function of one's own that found no answer is known to have found none", () => {
  const group = (step: number, extracted: string | null | undefined) =>
    [0, 1].map((sample) =>
      completion(step, 0, sample, {
        ...{ stopReason: 'eos', reward: 0, advantage: 0, text: '#### 7' },
        rewards: { right: { value: 0, ...(extracted === undefined ? {} : { extracted }) } },
      }),
    );
  const causesWith = (extracted: string | null | undefined): unknown => {
    const rewards = [{ file: 'reward.ts', function: 'right' }];
    const writer = RunWriter.open(signalRun({ steps: 1, changes: { rewards } }));
    writer.rewind(0);
    writer.writeStep({
      ...{ step: 1, metrics: {}, problems: [problem(0)], evaluation: null, state: null },
      completions: group(1, extracted),
    });
    writer.close();
    const report = read(writer.dir, (reader) => signalReport(reader, 1)) ?? assert.fail();
    return report.causes.map(({ cause, count }) => [cause, count]);
  };
  assert.deepEqual(causesWith(null), [['unanswered', 1]]);
  assert.deepEqual(causesWith('6'), [['wrong', 1]]);
  assert.deepEqual(causesWith(undefined), [['wrong', 1]], 'as in runs from before');
});
