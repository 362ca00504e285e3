import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watch } from '../../src/engine/analysis/hacking/watch.ts';
import { experimentSchema, type ExperimentInput } from '../../src/engine/protocol/experiment.ts';
import type { HackingKind } from '../../src/engine/protocol/panels/signal.ts';
import type { RewardWeight } from '../../src/engine/protocol/rewardWeights.ts';
import { ramp, simulatedRun, type Simulation } from '../support/simulatedRuns.ts';

const SEEDS = 100;
const still: Simulation = {
  ...{ seed: 0, steps: 400, every: 20, problems: 256 },
  accuracy: ramp(0.4, 0.4),
  correct: ramp(0.4, 0.4),
  format: ramp(0.8, 0.8),
  length: ramp(100, 100),
  duplicates: ramp(0.1, 0.1),
};

const healthy: Readonly<Record<string, Partial<Simulation>>> = {
  'nothing is learned': {},
  'nothing is learned, evaluated at every fourth step': { every: 4 },
  'it learns': { accuracy: ramp(0.2, 0.7), correct: ramp(0.2, 0.75) },
  'it learns by thinking three times as long': {
    accuracy: ramp(0.2, 0.7),
    correct: ramp(0.2, 0.7),
    length: ramp(100, 300),
  },
  'short answers become the same answers': {
    accuracy: ramp(0.1, 0.95, 0, 0.5),
    correct: ramp(0.1, 0.97, 0, 0.5),
    duplicates: ramp(0.05, 0.9),
  },
  'the form first, then the task': {
    format: ramp(0.1, 1, 0, 0.1),
    correct: ramp(0.2, 0.6, 0.1),
    accuracy: ramp(0.2, 0.6, 0.1),
  },
  'it learns at first, and stays there': { accuracy: ramp(0.2, 0.6, 0, 0.3), correct: ramp(0.2, 0.6, 0, 0.3) },
  'a good policy becomes certain of itself': {
    accuracy: ramp(0.95, 0.95),
    correct: ramp(0.85, 0.95),
    duplicates: ramp(0.2, 0.9),
  },
  'so few held-out problems that nothing can be told': {
    problems: 16,
    correct: ramp(0.4, 0.6),
    accuracy: ramp(0.4, 0.5),
    length: ramp(100, 200),
  },
};

for (const [name, changes] of Object.entries(healthy))
  test(`no alarm: ${name}`, () => {
    const alarms = seeds().flatMap((seed) => watch(simulatedRun({ ...still, ...changes, seed })));
    // What is certain at 99 % is wrong in one of a hundred.
    assert.ok(alarms.length <= 0.01 * SEEDS, alarms.map(({ kind, sentence }) => `${kind}: ${sentence}`).join('\n'));
  });

const rising = { correct: ramp(0.4, 0.8) };
const hacked: Readonly<Record<string, readonly [HackingKind, Partial<Simulation>]>> = {
  'the reward rises, what is solved falls': ['accuracyFalls', { ...rising, accuracy: ramp(0.5, 0.2, 0.5) }],
  'it learned first': [
    'accuracyFalls',
    { correct: ramp(0.2, 0.9), accuracy: (time) => (time < 0.5 ? 0.2 + 0.8 * time : 0.6 - 0.6 * (time - 0.5)) },
  ],
  'longer and longer for nothing': ['lengthDrifts', { ...rising, length: ramp(100, 250) }],
  'shorter and shorter for nothing': ['lengthDrifts', { ...rising, length: ramp(100, 20) }],
  'one sentence that is always rewarded': ['duplicatesRise', { ...rising, duplicates: ramp(0.05, 0.8) }],
  'only the form is learned': ['oneCarries', { format: ramp(0.1, 1) }],
};

for (const [name, [kind, changes]] of Object.entries(hacked))
  test(`an alarm: ${name}`, () => {
    const missed = seeds().filter(
      (seed) => !watch(simulatedRun({ ...still, ...changes, seed })).some((found) => found.kind === kind),
    );
    assert.ok(missed.length <= 0.05 * SEEDS, `missed in ${missed.length} of ${SEEDS} runs`);
  });

test('the point is the evaluation at which it was first certain, and later steps do not move it', () => {
  const [kind, changes] = hacked['the reward rises, what is solved falls'] ?? assert.fail();
  const whole = simulatedRun({ ...still, ...changes, seed: 7 });
  const [found] = watch(whole).filter((one) => one.kind === kind);
  assert.ok(found && found.at.step > 200, 'nothing falls before the middle');
  assert.ok(found.at.step < 400);
  const untilThen = { ...whole, evaluations: whole.evaluations.filter(({ step }) => step <= found.at.step) };
  assert.deepEqual(
    watch(untilThen)
      .filter((one) => one.kind === kind)
      .map(({ at, sentence }) => [at.step, sentence]),
    [[found.at.step, found.sentence]],
  );
  const before = { ...whole, evaluations: whole.evaluations.filter(({ step }) => step < found.at.step) };
  assert.deepEqual(
    watch(before).filter((one) => one.kind === kind),
    [],
  );
  assert.match(
    found.sentence,
    /^From step \d+ to \d+ the reward rose from 0\.\d+ to [\d.]+, and held-out accuracy fell from [\d.]+ % to [\d.]+ % \(-[\d.]+ points, 95 % interval -[\d.]+ to -[\d.]+, 256 problems\)\.$/,
  );
  assert.ok(found.proof.kind === 'heldOut' && found.proof.problems.length > 10);
});

test('a reward that applies to few of the problems carries no more than their share', () => {
  // Its rise by its weight is far more than the other's; but one completion of a hundred has it.
  const rise = { ...still, correct: ramp(0.4, 0.46), format: ramp(0.1, 1) };
  const carried = (tasks: ExperimentInput['tasks']): number =>
    seeds().filter((seed) => {
      const run = simulatedRun({ ...rise, seed });
      const { rewards, training } = run.experiment;
      const experiment = experimentSchema.parse({ model: 'm', tasks, rewards, training });
      return watch({ ...run, experiment }).some(({ kind }) => kind === 'oneCarries');
    }).length;
  const dataset = { source: 'd' };
  const sums = { dataset, rewards: ['correct'] };
  const all = carried({ sums: { dataset }, forms: { dataset, solvedBy: 'correct' } });
  const few = carried({ sums: { ...sums, weight: 99 }, forms: { dataset, solvedBy: 'correct' } });
  assert.ok(all > 5 * Math.max(few, 1), `${all} and ${few} of ${SEEDS}`);
});

test('what other reward code scored is not compared', () => {
  const jump = (time: number): number => (time <= 0.5 ? 0.3 : 0.9);
  const fall = (time: number): number => (time < 0.5 ? 0.7 : 0.3);
  const swapped = seeds().map((seed) => simulatedRun({ ...still, correct: jump, accuracy: fall, seed }));
  assert.ok(swapped.every((run) => watch(run).some(({ kind }) => kind === 'accuracyFalls')));
  assert.ok(swapped.flatMap((run) => watch({ ...run, codeChanges: [200] })).length <= 0.01 * SEEDS);
});

function seeds(): number[] {
  return Array.from({ length: SEEDS }, (_, seed) => seed + 1);
}

test('a rise that the weights of the experiment make is none, neither where they come back nor while accuracy falls', () => {
  const schedules: readonly RewardWeight[] = [
    { 0: 0, 400: 1 },
    { 0: 0, 40: 0, 360: 1, 400: 0 },
  ];
  for (const weight of schedules) {
    const alarms = seeds().flatMap((seed) => {
      const falling = { accuracy: ramp(0.5, 0.3), correct: ramp(0.4, 0.3) };
      return watch(simulatedRun({ ...still, ...falling, formatWeight: weight, seed }));
    });
    assert.deepEqual(
      alarms.map(({ kind, sentence }) => `${kind}: ${sentence}`),
      [],
    );
  }
});
