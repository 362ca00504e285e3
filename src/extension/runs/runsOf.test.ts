import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSeedsNode, runsOf } from './runsOf.ts';

const run = (dir: string): object => ({ kind: 'run', dir });
const seeds = { kind: 'seeds', id: 'a', children: [run('/one'), run('/two')] };

test('a row of seeds or of a sweep stands for the runs under it, each once', () => {
  assert.deepEqual(runsOf(seeds), ['/one', '/two']);
  const sweep = { kind: 'sweep', id: 'b', children: [seeds, run('/three'), { kind: 'engine', handle: {} }] };
  assert.deepEqual(runsOf(sweep), ['/one', '/two', '/three']);
  assert.deepEqual(runsOf(seeds, [seeds, run('/two')]), ['/one', '/two']);
  assert.equal(isSeedsNode(seeds) && !isSeedsNode(sweep), true);
});

test('a row that VS Code lost, and a row of anything else, stand for none', () => {
  for (const lost of [
    undefined,
    null,
    {},
    { kind: 'experiment', path: '/a', children: [run('/one')] },
    { kind: 'run' },
  ])
    assert.deepEqual(runsOf(lost), []);
  assert.deepEqual(runsOf('/panel'), ['/panel']);
});
