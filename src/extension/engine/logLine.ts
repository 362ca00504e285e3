/** Lines of `engine.log`: the time, what is said, and how serious it is. */

export type LogLevel = 'info' | 'warn' | 'error';

export interface LogLine {
  /** ISO 8601; null for the further lines of an entry, such as those of a stack. */
  readonly time: string | null;
  readonly level: LogLevel;
  readonly text: string;
}

const TIME = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) /;

/** @param before the level of the entry that the line may continue */
export function parseLogLine(line: string, before: LogLevel): LogLine {
  const time = TIME.exec(line)?.[1];
  if (time === undefined) return { time: null, level: before, text: line };
  const text = line.slice(time.length + 1);
  return { time, level: levelOf(text), text };
}

function levelOf(text: string): LogLevel {
  if (text.startsWith('failed:')) return 'error';
  return text.startsWith('warning:') ? 'warn' : 'info';
}
