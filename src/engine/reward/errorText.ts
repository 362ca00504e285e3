/** What a user's code threw, in one line with the user's file and line, whatever was thrown. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { refusal } from './refusals.ts';

/** Well below the limit of the frame. */
const MAX_MESSAGE_CHARS = 4_000;

/** `at name (file:line:column)`, `at file:line:column` or `at async file:line:column`. */
const FRAME = /(?:\(|at |async )((?:file:\/\/|\/|[A-Za-z]:\\)[^()\n]+):(\d+):(\d+)\)?$/;

/**
 * "reward.ts:3:9: TypeError: ...". The place is the first stack frame in the user's own files (source maps must be on); it is left out
 * where there is none.
 *
 * @param folder what the place is relative to
 */
export function errorText(thrown: unknown, folder: string): string {
  try {
    const place = thrown instanceof Error ? userFrame(thrown.stack, folder) : null;
    const text =
      thrown instanceof Error ? (refusal(thrown) ?? `${thrown.name}: ${thrown.message}`) : `threw ${String(thrown)}`;
    return `${place === null ? '' : `${place}: `}${text}`.slice(0, MAX_MESSAGE_CHARS);
  } catch {
    // A getter or toString of the thrown thing threw in its turn.
    return 'threw something that cannot be printed';
  }
}

function userFrame(stack: unknown, folder: string): string | null {
  if (typeof stack !== 'string') return null;
  for (const line of stack.split('\n')) {
    const [, location, row, column] = FRAME.exec(line) ?? [];
    if (location === undefined) continue;
    const file = location.startsWith('file://') ? fileURLToPath(location) : location;
    if (!file.includes('node_modules') && !isOurs(file)) return `${path.relative(folder, file)}:${row}:${column}`;
  }
  return null;
}

/** The grader's own code, built-in rewards among it: this folder in source, the folder of the bundle otherwise. */
function isOurs(file: string): boolean {
  return file.startsWith(path.dirname(import.meta.filename));
}
