import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePolicyNames } from './policyName.ts';

test('steps, the best and the last, or all', () => {
  assert.deepEqual(parsePolicyNames('50, 100,best,last,0'), [50, 100, 'best', 'last', 0]);
  assert.equal(parsePolicyNames('all'), 'all');
  for (const wrong of ['', '50,', '-1', '1.5', 'first', '50,all', '0x10'])
    assert.equal(parsePolicyNames(wrong), null, wrong);
});
