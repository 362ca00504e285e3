import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rewardDiff } from '../../engine/analysis/rewards/rewardDiff.ts';
import { summarizeScores } from '../../engine/analysis/rewards/scoreSummary.ts';
import { verdictsOf, type Verdicts } from '../../engine/analysis/rewards/verdicts.ts';
import type { RewardResult } from '../../engine/protocol/completion.ts';
import { rewardConfigSchema } from '../../engine/protocol/experiment.ts';
import type { StoredGroup } from '../../engine/protocol/scoring.ts';
import type { LiveResult } from '../live/liveResult.ts';
import { ruleDisagreements, versionDisagreements } from './disagreements.ts';

const group = (problem: number): StoredGroup => ({ step: 1, purpose: 'rollout', split: 'train', problem });
const key = (problem: number, sample: number) => ({ step: 1, problem, occurrence: 0, round: 0, sample });
const judges = { beforeName: 'old', afterName: 'new' };
const PLACE = { line: 0, column: 0, endLine: 0, endColumn: 1 };
const failed: RewardResult = { error: { kind: 'threw', message: 'no' } };

const verdicts = (results: readonly (number | RewardResult)[]): Verdicts =>
  verdictsOf(
    results.map((result) => ({ score: typeof result === 'number' ? { value: result } : result })),
    { score: 1 },
  );

test('completions of two versions by their group and place, what differs most first', () => {
  const diff = rewardDiff({
    groups: [group(7), group(8)],
    compared: [
      { asked: 0, keys: [key(7, 0), key(7, 1)] },
      { asked: 1, keys: [key(8, 0), key(8, 1), key(8, 2)] },
    ],
    before: verdicts([0, 0.5, 1, 0, 0.2]),
    after: verdicts([0, 0.6, 0, failed, 0.2]),
    stored: 5,
    algorithm: { advantage: 'group', rewardNormalization: 'sum' },
  });
  const { items } = versionDisagreements(diff, 'score', judges);
  assert.deepEqual(
    items.map(({ group: { problem }, place, before, after }) => [problem, place, before, after]),
    [
      [8, 1, 0, 'failed'],
      [8, 0, 1, 0],
      [7, 1, 0.5, 0.6],
    ],
  );
  assert.deepEqual(versionDisagreements(diff, 'other', judges).items, []);
});

test('completions that a published rule judges otherwise; those without a score are none', () => {
  const values = Float64Array.of(1, 0, NaN, 0);
  const result: LiveResult = {
    text: { path: '/reward.ts', version: 1, text: '' },
    sample: {
      runDir: '/run',
      rewards: [],
      baseDir: '/',
      groups: [group(7), group(8)],
      completions: [0, 0, 1, 1].map((at, index) => ({ group: at, key: key(7 + at, index % 2) })),
      recorded: {},
      rules: new Map([['verl-strict', Float64Array.of(1, 1, 1, 1)]]),
    },
    functions: [
      {
        found: {
          name: 'score',
          per: 'completion',
          ...{ place: PLACE, namePlace: PLACE, bodyPlace: PLACE },
        },
        config: rewardConfigSchema.parse({ function: 'score' }),
        ofRun: true,
        name: 'score',
        values,
        recorded: null,
        errors: [],
        summary: summarizeScores(values, 0),
      },
    ],
    combined: new Float64Array(),
    trace: null,
    watched: null,
  };
  const found = ruleDisagreements(result, 'score', 'verl-strict', judges).items;
  assert.deepEqual(
    found.map(({ group: { problem }, place, before, after }) => [problem, place, before, after]),
    [
      [7, 1, 1, 0],
      [8, 1, 1, 0],
    ],
  );
  assert.deepEqual(ruleDisagreements(result, 'score', 'none', judges).items, []);
  assert.deepEqual(ruleDisagreements(result, 'other', 'verl-strict', judges).items, []);
});
