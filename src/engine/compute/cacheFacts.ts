import type { Architecture } from '../model/architecture.ts';
import type { LoadReply } from '../protocol/compute.ts';
import { MAX_CACHE_BYTES, MAX_KEPT_BYTES } from '../rollout/cacheLimits.ts';
import { CAPACITY_STEP, rowBytes } from '../rollout/kvCache.ts';

/** What decoding with a model takes, known before it is loaded. */
export function cacheFacts(architecture: Architecture): LoadReply['cache'] {
  return {
    bytesPerToken: rowBytes(architecture, CAPACITY_STEP) / CAPACITY_STEP,
    maxBytes: MAX_CACHE_BYTES,
    maxKeptBytes: MAX_KEPT_BYTES,
  };
}
