import assert from 'node:assert/strict';
import { test } from 'node:test';
import { baselineFirst } from '../../src/extension/panels/baselineFirst.ts';
import { run, store } from '../support/listedRuns.ts';

test("a sweep's baseline comes first, however late it was trained; of other runs the oldest", () => {
  const dirs = ['/a', '/b', '/c'];
  const ofSweep = dirs.map((dir, member) => ({
    ...run(dir, 'finished'),
    sweep: { id: 'one', name: 'rates', member, members: 3, baseline: 2, assigned: {} },
  }));
  assert.deepEqual(baselineFirst(store(...ofSweep), dirs), ['/c', '/a', '/b']);
  assert.deepEqual(baselineFirst(store(...dirs.map((dir) => run(dir, 'finished'))), dirs), dirs);
});
