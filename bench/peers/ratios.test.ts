import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Round } from '../speed/workerProcess.ts';
import { peerResult } from './ratios.ts';
import { PEER_ROWS, type PeerRow } from './rows.ts';

function rowNamed(name: string): PeerRow {
  const row = PEER_ROWS.find((each) => each.name === name);
  assert.ok(row);
  return row;
}

function round(work: string, cpu_s: number, amount: number, peakBytes: number): Round {
  return { measurements: [{ work, wall_s: 2 * cpu_s, cpu_s, amount }], peakBytes, device: null };
}

test('a ratio is theirs to ours for one token, the median over rounds of the same minute', () => {
  const row = rowNamed('step');
  const [peer] = row.peers;
  assert.ok(peer);
  const result = peerResult(row, peer, {
    ours: [round('step', 10, 1000, 2e9), round('step', 100, 1000, 3e9), round('step', 10, 1000, 2e9)],
    // The second minute was ten times slower for both; the third of theirs ended half its tokens early.
    theirs: [round('step', 40, 1000, 6e9), round('step', 400, 1000, 6e9), round('step', 30, 500, 6e9)],
  });
  assert.partialDeepStrictEqual(result, {
    cpu_ratio: 4,
    wall_ratio: 4,
    at_least: 4,
    memory_ratio: 2,
    memory_at_least: 2,
  });
});

test('the whole of a work is extrapolated by tokens', () => {
  const row = rowNamed('seed');
  const [peer] = row.peers;
  assert.ok(peer);
  const { ours, theirs } = peerResult(row, peer, {
    ours: [round('step', 40, 4096, 1)],
    theirs: [round('generate', 20, 2048, 1)],
  });
  // 76,800 tokens are 18.75 times 4,096.
  assert.equal(ours.whole_cpu_s, 750);
  assert.equal(theirs.whole_cpu_s, 750);
});
