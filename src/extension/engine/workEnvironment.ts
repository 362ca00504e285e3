/** What the works of a window are given by it, and tell it. */
import type { Lease } from '../../engine/protocol/link.ts';
import type { EngineEnd } from './engineHandle.ts';
import type { EngineWork } from './engineWork.ts';
import type { NodeRuntime } from './nodeRuntime.ts';

export interface WorkEnvironment {
  readonly lease: () => Lease;
  /** For the service that judges completions; null where the user has stored none. */
  readonly judgeKey: () => string | null;
  /** Of clusters with Ray's job API, by address. */
  readonly clusterTokens: () => Readonly<Record<string, string>>;
  readonly runtime: () => NodeRuntime;
  /** Whether anything may be resumed here by itself. */
  readonly mayRun: () => boolean;
  /** The newest step of a run; null where it has none, or cannot be read. */
  readonly lastStep: (runDir: string) => Promise<number | null>;
  readonly resumeWaits: readonly number[];
  /** @param attempt from 1 on */
  readonly onResume: (work: EngineWork, attempt: number, cause: string) => void;
  /** Called once. `told`: the user knows already. */
  readonly onEnd: (work: EngineWork, end: EngineEnd, told: boolean) => void;
}
