/**
 * A run as an event file of TensorBoard, `<log folder>/<run id>/events.out.tfevents.*`, whole or as it grows. Wall times are those of the run,
 * made of when it began and how long its steps took, so that the same run is the same bytes.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../protocol/errors.ts';
import { writeFileWhole } from '../durable.ts';
import { messageOf } from '../errors.ts';
import type { RunReader } from '../reader.ts';
import { fileVersionEvent, restartEvent, scalarsEvent } from './events.ts';

/** Bytes gathered before they are written. */
const CHUNK_BYTES = 1 << 20;

/** How far a file has come. */
interface Told {
  /** The newest step in it; null for none. */
  readonly step: number | null;
  /** Wall time at the end of that step, in seconds since 1970. */
  readonly time: number;
  /** When the writer whose steps these are took the run; another one may have gone back and computed steps anew. */
  readonly writer: string | null;
}

/** The run's event file in a folder that TensorBoard is given as `--logdir`, beside those of other runs. */
export function eventFilePath({ manifest }: RunReader, logDir: string): string {
  // TensorBoard knows its files by "tfevents" and sorts them by the seconds that follow.
  return join(logDir, manifest.id, `events.out.tfevents.${Math.floor(startOf(manifest))}.rlvr`);
}

/**
 * Writes the run's metrics; a file of an earlier export is replaced.
 * @returns path of the file
 * @throws UserError where it cannot be written
 */
export function exportEvents(reader: RunReader, logDir: string): string {
  writeAll(reader, logDir);
  return eventFilePath(reader, logDir);
}

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** Resolves when it is time to look again. */
  readonly wait: () => Promise<void>;
}

/**
 * Writes the run's metrics, and those of each step that comes, until the run ends or the signal is given.
 * @throws UserError where the file cannot be written
 */
export async function followEvents(reader: RunReader, logDir: string, { signal, wait }: FollowOptions): Promise<void> {
  let told = writeAll(reader, logDir);
  // Asked before the last look, or a step written in between would be missing.
  for (let ended = hasEnded(reader); !ended && !signal.aborted;) {
    await wait();
    ended = hasEnded(reader);
    told = writeNew(reader, logDir, told);
  }
}

function hasEnded(reader: RunReader): boolean {
  const { status, crashed } = reader.state();
  return status !== 'running' || crashed;
}

function writeAll(reader: RunReader, logDir: string): Told {
  const file = eventFilePath(reader, logDir);
  const start = startOf(reader.manifest);
  return reader.snapshot(() =>
    writing(file, () => {
      mkdirSync(join(file, '..'), { recursive: true });
      let told: Told = { step: null, time: start, writer: reader.writer()?.since ?? null };
      writeFileWhole(file, (append) => {
        append(fileVersionEvent(start));
        told = writeSteps(reader, told, append);
      });
      return told;
    }),
  );
}

/** Appends what the file does not have yet. */
function writeNew(reader: RunReader, logDir: string, told: Told): Told {
  const file = eventFilePath(reader, logDir);
  return reader.snapshot(() =>
    writing(file, () => {
      const append = (data: Uint8Array): void => appendFileSync(file, data);
      const writer = reader.writer()?.since ?? null;
      const wentBack = (reader.state().lastStep ?? -1) < (told.step ?? -1);
      if (writer === told.writer && !wentBack) return writeSteps(reader, told, append);
      const start = startOf(reader.manifest);
      append(restartEvent(start, 0));
      return writeSteps(reader, { step: null, time: start, writer }, append);
    }),
  );
}

function writeSteps(reader: RunReader, told: Told, append: (data: Uint8Array) => void): Told {
  let { step: newest, time } = told;
  let chunk: Uint8Array[] = [];
  let length = 0;
  for (const { step, metrics } of reader.metricRows(undefined, (newest ?? -1) + 1)) {
    newest = step;
    time += metrics['step_time'] ?? 0;
    const scalars = Object.entries(metrics).map(([tag, value]) => ({ tag, value }));
    const bytes = scalarsEvent(time, step, scalars);
    chunk.push(bytes);
    length += bytes.length;
    if (length < CHUNK_BYTES) continue;
    append(Buffer.concat(chunk));
    chunk = [];
    length = 0;
  }
  if (length > 0) append(Buffer.concat(chunk));
  return { ...told, step: newest, time };
}

/** Seconds since 1970. */
function startOf({ createdAt }: RunReader['manifest']): number {
  return Date.parse(createdAt) / 1000;
}

function writing<Result>(file: string, write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    // Errors of the run itself are said already; what is left is about the file to write.
    if (error instanceof UserError) throw error;
    throw new UserError(
      `Cannot write ${file} (${messageOf(error)}). Check the folder, its permissions and the free space.`,
    );
  }
}
