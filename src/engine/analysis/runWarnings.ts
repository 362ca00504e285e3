/** The warnings of a run, out of its log. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE_LOG_FILE } from '../run/layout.ts';

export interface RunWarning {
  /** ISO 8601. */
  readonly time: string;
  readonly message: string;
}

/** Bytes of the end of the log that are read: a reward that fails at every step may warn for days. */
const MAX_READ = 256 * 1024;
const MAX_WARNINGS = 200;

/** Newest first, each message once, with the time at which it was said last. None where there is no log that can be read. */
export function runWarnings(runDir: string): RunWarning[] {
  return parseWarnings(readEnd(join(runDir, ENGINE_LOG_FILE)));
}

/** A line is a time and a text; lines that belong to the one before them begin with two spaces. */
const WARNING = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) warning: (.*)$/;

export function parseWarnings(log: string): RunWarning[] {
  const found: { time: string; message: string }[] = [];
  let last: { message: string } | null = null;
  for (const line of log.split('\n')) {
    const match = WARNING.exec(line);
    if (match) {
      const warning = { time: match[1] ?? '', message: match[2] ?? '' };
      found.push(warning);
      last = warning;
    } else if (line.startsWith('  ') && last !== null) last.message += `\n${line.slice(2)}`;
    else last = null;
  }
  const newest = new Map<string, RunWarning>();
  for (const warning of found.reverse()) if (!newest.has(warning.message)) newest.set(warning.message, warning);
  return [...newest.values()].slice(0, MAX_WARNINGS);
}

function readEnd(file: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(descriptor);
    const bytes = Buffer.alloc(Math.min(size, MAX_READ));
    const read = readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
    // Where the beginning was cut off, the first line is no whole one, and says no time.
    return bytes.toString('utf8', 0, read);
  } catch {
    return '';
  } finally {
    closeSync(descriptor);
  }
}
