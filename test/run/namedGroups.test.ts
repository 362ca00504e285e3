import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ProblemQuery } from '../../src/engine/protocol/panels/outputsRequests.ts';
import { readProblemPage } from '../../src/engine/run/outputs/problemPage.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { experiment, manifest, RUN_ID, stepRecord, temporaryFolder } from './samples.ts';

const writer = RunWriter.create(join(temporaryFolder(), RUN_ID), manifest, experiment);
writer.writeSteps(Array.from({ length: 21 }, (_, step) => stepRecord(step)));
writer.close();
const query: ProblemQuery = {
  scope: { purpose: 'rollout', split: 'train' },
  ...{ step: 20, upTo: false, state: 'solved', order: 'dataset', page: 0 },
};

function listed(among: NonNullable<ProblemQuery['among']>): [problem: number, step: number][] {
  const reader = RunReader.open(writer.dir);
  try {
    const { rows, total } = readProblemPage(reader, { ...query, among });
    assert.equal(total, rows.length);
    return rows.map(({ problem, step }) => [problem, step]);
  } finally {
    reader.close();
  }
}

test('named groups are listed whatever their step and state, each problem as often as it is named', () => {
  // Step 3 draws the problems 3 and 4, step 10 the problems 3 and 4 again.
  const among = [
    { problem: 4, step: 3 },
    { problem: 3, step: 3 },
    { problem: 3, step: 10 },
  ];
  assert.deepEqual(listed(among), [
    [3, 10],
    [3, 3],
    [4, 3],
  ]);
});

test('a name of no group, or of one that is hidden, finds nothing', () => {
  assert.deepEqual(listed([{ problem: 999, step: 3 }]), []);
  const again = RunWriter.open(writer.dir);
  again.rewind(5);
  again.close();
  assert.deepEqual(listed([{ problem: 3, step: 10 }]), []);
});
