/** One finding of `rlvr doctor`. */

/** `absent` is no fault: something that a machine may have, and this one has not. */
export type CheckStatus = 'ok' | 'absent' | 'warn' | 'fail';

export interface Check {
  readonly name: string;
  readonly status: CheckStatus;
  readonly detail: string;
  /** What to do; null where there is nothing to do. */
  readonly advice: string | null;
}

export function ok(name: string, detail: string): Check {
  return { name, status: 'ok', detail, advice: null };
}

export function absent(name: string, detail: string): Check {
  return { name, status: 'absent', detail, advice: null };
}

export function warn(name: string, detail: string, advice: string): Check {
  return { name, status: 'warn', detail, advice };
}

export function fail(name: string, detail: string, advice: string): Check {
  return { name, status: 'fail', detail, advice };
}

/** The first line of what went wrong, without the source places that native libraries put in front. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [line = ''] = message.trim().split('\n');
  return line.replace(/^\S*\.cc:\d+ .* was false\. /, '').trim();
}
