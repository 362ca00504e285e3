import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from './errors.ts';
import { parseExperiment } from './experimentFile.ts';

const minimal = { model: 'model', dataset: { source: 'train.jsonl' }, rewards: [{ function: 'correct' }] };

/** What is wrong with an experiment with this adaptive curriculum and these changes; null where nothing is. */
function faultOf(screen: number | undefined, changes: object): string | null {
  const curriculum = { by: 'adaptive', ...(screen === undefined ? {} : { screen }) };
  try {
    parseExperiment(JSON.stringify({ ...minimal, curriculum, ...changes }), 'demo.rlvr.json');
    return null;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

test('screening needs a group that is larger, and rewards and an advantage that do without what was put aside', () => {
  const contradicting: readonly (readonly [object, RegExp])[] = [
    [{ rollout: { groupSize: 2 } }, /curriculum\.screen: of a group of 2 completions .*; 0 samples them at once/],
    [{ algorithm: { advantage: 'reinforce++' } }, /curriculum\.screen: `reinforce\+\+` compares with the whole batch/],
    [
      { rewards: [{ file: 'a.ts', function: 'best', per: 'group' }] },
      /curriculum\.screen: a reward with `per: "group"`/,
    ],
  ];
  for (const [changes, message] of contradicting) {
    assert.match(faultOf(undefined, changes) ?? '', message);
    assert.equal(faultOf(0, changes), null);
  }
  assert.match(faultOf(4, { rollout: { groupSize: 4 } }) ?? '', /of a group of 4 completions/);
  assert.equal(faultOf(3, { rollout: { groupSize: 4 } }), null);
});
