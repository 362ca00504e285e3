/** Completions as a test needs them: of a length, where nothing else matters. */
import type { Completion, CompletionKey } from '../../src/engine/protocol/completion.ts';

interface Made extends Partial<Omit<Completion, 'key'>> {
  readonly key?: Partial<CompletionKey>;
  /** In tokens. */
  readonly length?: number;
}

export function completionOf({ key, length = 1, ...given }: Made = {}): Completion {
  return {
    key: { step: 1, problem: 0, occurrence: 0, round: 0, sample: 0, ...key },
    tokens: new Int32Array(length),
    logprobs: new Float32Array(length),
    sampledLogprobs: new Float32Array(length),
    entropies: new Float32Array(length),
    tokenEnds: new Int32Array(length),
    text: '',
    stopReason: 'eos',
    ...given,
  };
}
