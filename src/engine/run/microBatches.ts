/**
 * `micro-batches.json`: from which steps on a run goes through its training graphs in smaller micro-batches than its experiment says,
 * because memory had run out. A resumed run and a replay read it, so that each step takes the path that it took.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileWhole } from './durable.ts';
import { damagedRun, messageOf, writeFailure } from './errors.ts';
import { MICRO_BATCHES_FILE } from './layout.ts';

const changeSchema = z.object({
  fromStep: z.int().nonnegative(),
  /** Rows in a micro-batch at most. */
  rows: z.int().positive(),
});
type Change = z.output<typeof changeSchema>;

/** How many rows a micro-batch of a step may have at most. */
export type MicroBatchAt = (step: number) => number;

/** Of a run; where memory never ran out there is no bound. @throws DamagedRunError */
export function readMicroBatches(runDir: string): MicroBatchAt {
  const changes = readChanges(runDir);
  return (step) => Math.min(Infinity, ...changes.filter(({ fromStep }) => fromStep <= step).map(({ rows }) => rows));
}

/** From `fromStep` on a micro-batch has `rows` at most. @throws DiskFullError; DamagedRunError */
export function lowerMicroBatch(runDir: string, fromStep: number, rows: number): void {
  const changes = [...readChanges(runDir), { fromStep, rows }];
  try {
    writeFileWhole(join(runDir, MICRO_BATCHES_FILE), (append) => append(`${JSON.stringify(changes, null, 2)}\n`));
  } catch (error) {
    throw writeFailure(error, runDir, `${MICRO_BATCHES_FILE} was not written`);
  }
}

function readChanges(runDir: string): Change[] {
  const path = join(runDir, MICRO_BATCHES_FILE);
  if (!existsSync(path)) return [];
  try {
    return z.array(changeSchema).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw damagedRun(runDir, `${MICRO_BATCHES_FILE}: ${messageOf(error)}`);
  }
}
