/** Whoever computes for the engine: a process of its own, on this machine or another, or several of them as one. */
import type { ComputeReplies, ComputeRequest, GeneratedGroup } from '../protocol/compute.ts';

export type Progress = (done: number, total: number) => void;

/**
 * Told of a request while it is under way, and of nothing after its end. The request rejects with what a listener throws; the process goes on
 * computing what nobody waits for any more, so it is then to be killed.
 */
export interface Listener {
  readonly onProgress?: Progress;
  /** For `generate`, with each group as soon as it is whole. */
  readonly onGroup?: (generated: GeneratedGroup) => void;
}

export interface Compute {
  /** Of the process; undefined where it is none of this machine. */
  readonly pid: number | undefined;
  /** Asks, and resolves with the reply of that kind. */
  request<Request extends ComputeRequest>(
    request: Request,
    listener?: Listener,
  ): Promise<ComputeReplies[Request['kind']]>;
  /** Ends it at once, whatever it is doing. */
  kill(): void;
}
