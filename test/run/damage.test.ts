import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { experiment, manifest, RUN_ID, stepRecord, temporaryFolder } from './samples.ts';

const VARIANTS = 250;
const PAGE = 4096;

/** Pseudorandom numbers below a bound, the same in every run of the test (an LCG with Knuth's constants). */
function generator(seed: number): (bound: number) => number {
  let state = BigInt(seed);
  return (bound) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number(state >> 33n) % bound;
  };
}

/** A damaged copy: cut short, bits turned, a page overwritten, or a page of the file in another's place. */
function damage(original: Buffer, seed: number): Buffer {
  const below = generator(seed);
  const copy = Buffer.from(original);
  const pages = original.length / PAGE;
  switch (seed % 4) {
    case 0:
      return copy.subarray(0, below(copy.length));
    case 1:
      for (let i = 0; i <= below(20); i++) {
        const at = below(2) === 0 ? below(copy.length) : below(PAGE);
        copy.writeUInt8(copy.readUInt8(at) ^ (1 << below(8)), at);
      }
      return copy;
    case 2:
      return copy.fill(below(256), below(pages) * PAGE, (below(pages) + 1) * PAGE);
    default:
      original.copy(copy, below(pages) * PAGE, below(pages) * PAGE, (below(pages) + 1) * PAGE);
      return copy;
  }
}

function readEverything(dir: string): void {
  const reader = RunReader.open(dir);
  try {
    const last = reader.state().lastStep ?? 0;
    reader.writer();
    for (const name of reader.metricNames()) for (const maxPoints of [1, 5, 1000]) reader.series(name, { maxPoints });
    reader.metrics(last);
    reader.stepsWithCompletions();
    for (const split of ['train', 'validation', 'test'] as const)
      for (const { problem } of reader.problems(split)) reader.completionsOfProblem(split, problem);
    reader.snapshot(() => [[...reader.metricRows()], [...reader.completions()]]);
    for (const query of ['apples', '"the answer" unkn', 'step']) reader.search(query);
    reader.evaluations();
  } finally {
    reader.close();
  }
}

function continueWriting(dir: string): void {
  const writer = RunWriter.open(dir);
  try {
    const last = writer.lastStep ?? -1;
    writer.resumePoint();
    writer.recordedStep(last);
    writer.rewind(Math.floor(last / 2));
    writer.writeStep(stepRecord((writer.lastStep ?? -1) + 1));
  } finally {
    writer.close();
  }
}

/** Whether it went through; what it may throw is an error that says what is wrong with the run, and nothing else. */
function survives(action: () => void, what: string): boolean {
  try {
    action();
    return true;
  } catch (error) {
    assert.ok(error instanceof UserError, `${what}: ${error instanceof Error ? error.stack : String(error)}`);
    return false;
  }
}

test('a damaged database is a typed error or still readable, never a crash', { timeout: 300_000 }, () => {
  const folder = temporaryFolder();
  const sound = join(folder, 'sound');
  const writer = RunWriter.create(sound, manifest, experiment);
  writer.writeSteps(Array.from({ length: 40 }, (_, step) => stepRecord(step)));
  writer.close();
  assert.ok(survives(() => readEverything(sound), 'sound'));
  const original = readFileSync(join(sound, 'run.sqlite'));

  let refused = 0;
  for (let seed = 0; seed < VARIANTS; seed++) {
    const dir = join(folder, RUN_ID);
    mkdirSync(dir);
    writeFileSync(join(dir, 'run.sqlite'), damage(original, seed));
    if (!survives(() => readEverything(dir), `reading variant ${seed}`)) refused++;
    survives(() => continueWriting(dir), `writing variant ${seed}`);
    rmSync(dir, { recursive: true });
  }
  assert.ok(refused > VARIANTS / 4, `the damage does damage: ${refused} refused`);
});

test('a damaged experiment file is a typed error', () => {
  const dir = join(temporaryFolder(), RUN_ID);
  RunWriter.create(dir, manifest, experiment).close();
  for (const contents of ['', '{', '[]', '{"model": 1}']) {
    writeFileSync(join(dir, 'experiment.json'), contents);
    const reader = RunReader.open(dir);
    assert.throws(() => reader.experiment(), /experiment\.json/);
    reader.close();
  }
});
