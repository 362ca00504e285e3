/** Promise: what a run has stored is read once for the questions of a moment, and anew as soon as it may be something else. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { StoredSelection } from '../../src/engine/main/storedSelection.ts';
import type { StoredGroup } from '../../src/engine/protocol/scoring.ts';
import { readStoredGroups } from '../../src/engine/run/storedGroups.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { experiment, manifest, problem, RUN_ID, stepRecord, temporaryFolder } from '../run/samples.ts';

const group = (step: number, index: number): StoredGroup => ({
  step,
  purpose: 'rollout',
  split: 'train',
  problem: index,
});

/** A run of two steps that is still written, and how often it was read. */
function open() {
  const dir = join(temporaryFolder(), RUN_ID);
  const writer = RunWriter.create(dir, manifest, experiment);
  writer.writeSteps([0, 1].map((step) => ({ ...stepRecord(step), problems: [problem(1), problem(2)] })));
  let reads = 0;
  const stored = new StoredSelection((reader, asked) => {
    reads += 1;
    return readStoredGroups(reader, asked);
  });
  const textsOf = (...asked: StoredGroup[]): string[] =>
    stored.get(dir, asked).flatMap(({ completions }) => completions.map(({ text }) => text));
  return { dir, writer, stored, textsOf, reads: () => reads };
}

test('equal questions are read once', () => {
  const { textsOf, reads } = open();
  const first = textsOf(group(1, 2));
  assert.ok(first.length > 0);
  assert.deepEqual(textsOf(group(1, 2)), first);
  assert.equal(reads(), 1);
  assert.notDeepEqual(textsOf(group(1, 2), group(1, 1)), first, 'another selection');
  assert.equal(reads(), 2);
});

test('a run that has written more is read anew', () => {
  const { writer, textsOf, reads } = open();
  assert.deepEqual(textsOf(group(2, 2)), []);
  writer.writeSteps([stepRecord(2)]);
  assert.ok(textsOf(group(2, 2)).length > 0);
  assert.equal(reads(), 2);
});

test('another run is another selection', () => {
  const [one, other] = [open(), open()];
  one.textsOf(group(1, 2));
  one.stored.get(other.dir, [group(1, 2)]);
  assert.equal(one.reads(), 2);
});

test('a run that was opened again is read anew: what comes after its last step may be written otherwise', (t) => {
  const { dir, writer, textsOf, reads } = open();
  textsOf(group(1, 2));
  writer.close();
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 60_000 });
  RunWriter.open(dir).close();
  textsOf(group(1, 2));
  assert.equal(reads(), 2);
});

test('it is let go when nobody asks', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { textsOf, reads } = open();
  textsOf(group(1, 2));
  t.mock.timers.tick(59_000);
  textsOf(group(1, 2));
  t.mock.timers.tick(59_000);
  textsOf(group(1, 2));
  assert.equal(reads(), 1, 'each question begins the wait again');
  t.mock.timers.tick(60_000);
  textsOf(group(1, 2));
  assert.equal(reads(), 2);
});
