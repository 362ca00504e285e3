/** What of an experiment is not the same in another trainer. */
import type { Remark } from '../protocol/handover.ts';

export function missing(key: string, what: string): Remark {
  return { key, kind: 'missing', what };
}

export function different(key: string, what: string): Remark {
  return { key, kind: 'different', what };
}
