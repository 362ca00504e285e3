import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completionOf } from '../../../test/support/completions.ts';
import type { Completion } from '../protocol/completion.ts';
import type { GeneratedGroup } from '../protocol/compute.ts';
import { GatheredGroups } from './gatheredGroups.ts';

function completion(problem: number, sample: number): Completion {
  return completionOf({ key: { problem, sample } });
}

test('groups are told of when they are whole, in the order of their keys, and all are in the order of the request at the end', () => {
  const sizes = [2, 0, 1, 2];
  const groups = sizes.map((size, problem) => ({
    prompt: new Int32Array(1),
    keys: Array.from({ length: size }, (_, sample) => completion(problem, sample).key),
  }));
  const told: GeneratedGroup[] = [];
  const gathered = new GatheredGroups(groups, (generated) => told.push(generated));
  const all = groups.flatMap(({ keys }) => keys.map(({ problem, sample }) => completion(problem, sample)));
  for (const index of [4, 1, 2, 0, 3]) {
    const one = all[index];
    if (one) gathered.add(index, one);
  }
  assert.deepEqual(
    told.map(({ group, completions }) => [group, completions.map(({ key }) => [key.problem, key.sample])]),
    [
      [2, [[2, 0]]],
      [
        0,
        [
          [0, 0],
          [0, 1],
        ],
      ],
      [
        3,
        [
          [3, 0],
          [3, 1],
        ],
      ],
    ],
  );
  assert.deepEqual(gathered.completions, all);
  assert.throws(() => gathered.add(5, completion(0, 0)), /no completion 5/);
});
