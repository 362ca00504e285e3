/** What whoever asks the engine for something gives it, and how what was asked ends. */
import type { MicroBatchAt } from '../run/microBatches.ts';
import type { EngineEvent } from '../protocol/events.ts';

/** What a change of rewards was. */
export interface RewardSwap {
  /** The first step that they score. */
  readonly fromStep: number;
  /** Names of the rewards whose code changed. */
  readonly rewards: readonly string[];
}

/**
 * Has the reward files score from the next step on as they are saved now. Rejects with UserError where they cannot be used, or are what
 * scores already; then nothing has changed.
 */
export type SwapRewards = () => Promise<RewardSwap>;

export interface EngineContext {
  readonly emit: (event: EngineEvent) => void;
  /** Aborts on Ctrl-C or Stop: the run ends within a second, resumable from its last complete step. */
  readonly signal: AbortSignal;
  /**
   * Threads to compute with where neither the experiment nor the run that is continued says; without it ONNX Runtime takes one for each
   * core.
   */
  readonly defaultThreads?: number;
  /** Resident memory that the process which computes may take, in bytes; without it there is no limit. */
  readonly memoryLimit?: number;
  /** Bounds the micro-batches of training, as the run keeps it that is continued: see `run/microBatches.ts`. */
  readonly microBatchAt?: MicroBatchAt;
  /** Of the cluster, for an experiment that computes on one, in place of the address that it names. */
  readonly rayAddress?: string;
  /** The token of a cluster's job API, where somebody else than the terminal's environment has it; null: there is none. */
  readonly clusterToken?: (address: string) => Promise<string | null>;
  /**
   * Awaited before a model is loaded, when all that can be wrong with the rewards has been said and nothing of the engine's own
   * files is needed any more: until the machine has room for so many threads (0: one for each core). Rejects when the signal aborts.
   */
  readonly awaitRoom?: (threads: number) => Promise<void>;
  /** Where temporary folders are made, which a killed engine leaves; the system's own place where it is not given. */
  readonly temporary?: string;
  /** Awaited before each step: a paused run waits here. Rejects when the signal aborts. */
  readonly beforeStep?: () => Promise<void>;
  /** Called when a run is about to do its steps, with the way to change its rewards between two of them. */
  readonly offerSwap?: (swap: SwapRewards) => void;
}

/** How a run ended; `stopped` when the signal aborted it. */
export type Outcome = 'finished' | 'stopped';
