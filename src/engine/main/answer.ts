/** What editors ask an engine, as what answers it sees it. */
import type { FrameArray } from '../protocol/frames.ts';
import type { LinkReply, LinkRequest, RequestProgress } from '../protocol/link.ts';

export interface Answer {
  readonly reply: LinkReply;
  readonly arrays: readonly FrameArray[];
}

/** Who asks, for what takes long. */
export interface Asker {
  readonly onProgress: (progress: RequestProgress) => void;
  /** Aborts when the answer is no longer waited for. */
  readonly signal: AbortSignal;
}

export interface Requests {
  /** Rejects with UserError for what the user can mend. */
  answer(request: LinkRequest, asker: Asker): Promise<Answer>;
  /** Removes what lies on the disk; the processes end with this one. */
  close(): void;
}
