import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rateOf } from './ofMachine.ts';
import { speedResults } from './report.ts';
import { SPEED_ROWS, type SpeedRow } from './rows.ts';
import type { Round } from './workerProcess.ts';

function rowNamed(name: string): SpeedRow {
  const row = SPEED_ROWS.find((each) => each.name === name);
  assert.ok(row);
  return row;
}

function round(work: string, wall_s: number, amount: number, cpu_s: number | null = null): Round {
  return { measurements: [{ work, wall_s, cpu_s, amount }], peakBytes: null, device: 'cpu' };
}

test('a decode step at one row reads the weights and one cache', () => {
  // 12 blocks of 12 * 768^2 and the head of 50,257 * 768, in 4 bytes; 256 tokens of 12 layers' keys and values.
  const bytes = 4 * (12 * 12 * 768 ** 2 + 50_257 * 768) + 256 * 12 * 2 * 768 * 4;
  const [result] = speedResults(rowNamed('decode-1'), {
    ours: [round('decode', 32, 32, 16)],
    machine: [round('memory bandwidth', 1, 2 * bytes, 1)],
  });
  assert.partialDeepStrictEqual(result, {
    device: 'cpu',
    tokens_per_s: 1,
    tokens_per_cpu_s: 2,
    of: 'memory bandwidth',
    share_wall: 0.5,
    share_cpu: 1,
  });
});

test('in 8 bits a decode step reads a byte of each weight', () => {
  const weights = 12 * 12 * 768 ** 2 + 50_257 * 768;
  const bytes = 8 * (weights + 8 * 256 * 12 * 2 * 768 * 4);
  const [result] = speedResults(rowNamed('decode-8-int8'), {
    // 16 steps of 8 rows end at a context of 256: its mean is 248.
    ours: [round('decode', 1, 32 * 8)],
    machine: [round('memory bandwidth', 1, 4 * bytes)],
  });
  assert.equal(result?.share_wall, 1);
});

test('medians over rounds, each beside the machine of its own minute', () => {
  const row = rowNamed('decode-8');
  const machine = [1, 10, 100].map((seconds) => round('matrix rate', seconds, 1e12));
  const ours = [2, 20, 400].map((seconds) => round('prefill', seconds, 240 * 8));
  const shares = ours.map((each, index) => {
    const [result] = speedResults(row, { ours: [each], machine: machine.slice(index, index + 1) });
    return result?.share_wall ?? NaN;
  });
  const [all] = speedResults(row, { ours, machine });
  assert.equal(all?.share_wall, shares[0]);
  assert.equal(all?.wall_s, 20);
  assert.equal(all.cpu_s, null);
});

test('memory is held against what was promised', () => {
  const row = { ...rowNamed('step'), memoryLimit: 100 };
  const kept = (peakBytes: number | null): boolean | undefined =>
    speedResults(row, { ours: [{ ...round('step', 1, 1), peakBytes }], machine: [round('matrix rate', 1, 1)] })[0]
      ?.memory_kept;
  assert.equal(kept(99), true);
  assert.equal(kept(100), false);
  assert.equal(kept(null), undefined);
});

test('a rate without processor time is unknown', () => {
  assert.deepEqual(rateOf({ work: 'decode', wall_s: 2, cpu_s: null, amount: 4 }), { wall: 2, cpu: null });
});
