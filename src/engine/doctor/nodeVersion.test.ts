import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeProblem } from './nodeVersion.ts';

test('a Node without the whole of node:sqlite is refused with what to do', () => {
  for (const version of ['18.20.0', '20.20.2', '22.15.1', '23.11.0']) {
    assert.match(nodeProblem(version) ?? '', /npx rlvr/, version);
  }
  for (const version of ['22.16.0', '22.20.0', '24.0.0', '26.1.0']) assert.equal(nodeProblem(version), null, version);
});
