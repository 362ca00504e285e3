/** The warnings of a run, out of its log. */
import { join } from 'node:path';
import { readFileEnd } from '../run/fileEnd.ts';
import { ENGINE_LOG_FILE } from '../run/layout.ts';

export interface RunWarning {
  /** ISO 8601. */
  readonly time: string;
  readonly message: string;
}

/**
 * Bytes of the end of the log that are read: a reward that fails at every step may warn for days. Where the beginning is cut off, the first
 * line is no whole one, and says no time.
 */
const MAX_READ = 256 * 1024;
const MAX_WARNINGS = 200;

/** Newest first, each message once, with the time at which it was said last. None where there is no log that can be read. */
export function runWarnings(runDir: string): RunWarning[] {
  return parseWarnings(readFileEnd(join(runDir, ENGINE_LOG_FILE), MAX_READ));
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
