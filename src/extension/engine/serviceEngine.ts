/** The engine that has no run and answers questions: one for each window, there when needed, gone when idle. */
import { UserError } from '../../engine/protocol/errors.ts';
import type { FrameArray } from '../../engine/protocol/frames.ts';
import type { RewardError } from '../../engine/protocol/completion.ts';
import type { Lease, LinkReply, LinkRequest, MachineCheck, RequestProgress } from '../../engine/protocol/link.ts';
import type {
  DescribeDataRequest,
  DownloadProgress,
  GetDatasetReply,
  GetDatasetRequest,
} from '../../engine/protocol/data.ts';
import type { DataOverview } from '../../engine/protocol/dataOverview.ts';
import type { DescribeGpuSupportReply, InstallGpuSupportReply } from '../../engine/protocol/gpuSupport.ts';
import type { HandOverReply, HandOverRequest } from '../../engine/protocol/handover.ts';
import type { ExportPolicyReply, ExportPolicyRequest } from '../../engine/protocol/policyExport.ts';
import type { FoundModel, ModelDescription } from '../../engine/protocol/modelDescription.ts';
import type {
  DescribeModelRequest,
  GetModelReply,
  GetModelRequest,
  SearchModelsRequest,
} from '../../engine/protocol/modelRequests.ts';
import type { PreviewReply, PreviewRequest } from '../../engine/protocol/preview.ts';
import type { PreflightProgress, PreflightReply, PreflightRequest } from '../../engine/protocol/forecast.ts';
import { unpackReplay, type Replay, type ReplayProgress, type ReplayRequest } from '../../engine/protocol/replay.ts';
import type { ScoreRequest, Trace } from '../../engine/protocol/scoring.ts';
import type { Disposable } from '../common/disposable.ts';
import { crashStory } from './afterCrash.ts';
import type { Answer, Patience } from './engineLink.ts';
import { EngineProcess } from './engineProcess.ts';
import type { NodeRuntime } from './nodeRuntime.ts';
import { ServerQuestions } from './serverQuestions.ts';
import {
  createSession,
  newSessionDir,
  readEnd,
  readOutputTail,
  retireSession,
  type EngineSettings,
  type Session,
} from './session.ts';
import { wrongAnswer } from './wrongAnswer.ts';

export type ScoreQuestion = Omit<ScoreRequest, 'kind'>;
export type DataQuestion = Omit<DescribeDataRequest, 'kind'>;
export type SearchQuestion = Omit<SearchModelsRequest, 'kind'>;
export type ModelQuestion = Omit<DescribeModelRequest, 'kind'>;
export type AgreedModel = Omit<GetModelRequest, 'kind'>;
export type HandOverQuestion = Omit<HandOverRequest, 'kind'>;
export type ExportQuestion = Omit<ExportPolicyRequest, 'kind'>;
export type PreviewQuestion = Omit<PreviewRequest, 'kind'>;
export type PreflightQuestion = Omit<PreflightRequest, 'kind'>;
export type ReplayQuestion = Omit<ReplayRequest, 'kind'>;

export interface Scores {
  /** The reward functions, in the experiment's order. */
  readonly rewards: readonly string[];
  /** How many completions each of the questions has; the arrays below go through them in order. */
  readonly samples: readonly number[];
  /** The weighted sum for each completion; NaN where there is none. */
  readonly combined: Float64Array;
  /** For each reward, parallel to `combined`; NaN where it failed or does not apply. */
  readonly byReward: readonly Float64Array[];
  readonly errors: readonly ScoreError[];
  readonly trace: Trace | null;
}

export interface ScoreError extends RewardError {
  readonly reward: string;
  /** Index in the arrays. */
  readonly completion: number;
}

export interface ServiceEnvironment {
  readonly sessionsDir: string;
  readonly lease: () => Lease;
  /** For the service that judges completions; null where the user has stored none. */
  readonly judgeKey: () => string | null;
  /** The Node to start it with. Rejects with UserError where there is none, or nothing may run here. */
  readonly runtime: () => Promise<NodeRuntime>;
  readonly settings: () => Promise<EngineSettings>;
  /** Milliseconds after the last answer until it ends: a warm one answers at once, and costs memory. */
  readonly idleMs: number;
}

export class ServiceEngine implements Disposable {
  /** Models behind an API. */
  readonly servers = new ServerQuestions((request, patience) => this.#ask(request, patience));
  readonly #environment: ServiceEnvironment;
  #engine: Promise<EngineProcess> | null = null;
  #asking = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(environment: ServiceEnvironment) {
    this.#environment = environment;
  }

  async score(question: ScoreQuestion): Promise<Scores> {
    const { reply, arrays } = await this.#ask({ kind: 'score', ...question });
    return scoresOf(reply, arrays);
  }

  async preview(question: PreviewQuestion): Promise<PreviewReply> {
    const { reply } = await this.#ask({ kind: 'preview', ...question });
    if (reply.kind !== 'preview') throw wrongAnswer();
    return reply;
  }

  /** Rejects where the signal aborts, too. */
  async replay(question: ReplayQuestion, { onProgress, signal }: Patience<ReplayProgress>): Promise<Replay> {
    const { reply, arrays } = await this.#ask(
      { kind: 'replay', ...question },
      {
        signal,
        onProgress: (progress) => isOfReplay(progress) && onProgress(progress),
      },
    );
    const replay = reply.kind === 'replay' ? unpackReplay(reply, arrays) : null;
    if (replay === null) throw wrongAnswer();
    return replay;
  }

  /** Rejects where the signal aborts, too. */
  async preflight(
    question: PreflightQuestion,
    { onProgress, signal }: Patience<PreflightProgress>,
  ): Promise<PreflightReply> {
    const { reply } = await this.#ask(
      { kind: 'preflight', ...question },
      { signal, onProgress: (progress) => progress.phase === 'preflight' && onProgress(progress) },
    );
    if (reply.kind !== 'preflight') throw wrongAnswer();
    return reply;
  }

  async describeData(question: DataQuestion): Promise<DataOverview[]> {
    const { reply } = await this.#ask({ kind: 'describeData', ...question });
    if (reply.kind !== 'describeData') throw wrongAnswer();
    return reply.overviews;
  }

  /** Rejects where the signal aborts, too; what has arrived is kept. */
  async getDataset(
    question: DataQuestion & Pick<GetDatasetRequest, 'token'>,
    { onProgress, signal }: Patience<DownloadProgress>,
  ): Promise<GetDatasetReply['got']> {
    const { reply } = await this.#ask(
      { kind: 'getDataset', ...question },
      { signal, onProgress: (progress) => progress.phase === 'download' && onProgress(progress) },
    );
    if (reply.kind !== 'getDataset') throw wrongAnswer();
    return reply.got;
  }

  /** Rejects where the signal aborts, too. */
  async searchModels(question: SearchQuestion, signal: AbortSignal): Promise<FoundModel[]> {
    const { reply } = await this.#ask({ kind: 'searchModels', ...question }, { signal });
    if (reply.kind !== 'searchModels') throw wrongAnswer();
    return reply.found;
  }

  /** Rejects where the signal aborts, too. */
  async describeModel(question: ModelQuestion, signal: AbortSignal): Promise<ModelDescription> {
    const { reply } = await this.#ask({ kind: 'describeModel', ...question }, { signal });
    if (reply.kind !== 'describeModel') throw wrongAnswer();
    return reply.description;
  }

  /** Rejects where the signal aborts, too; what has arrived is kept. */
  async getModel(question: AgreedModel, { onProgress, signal }: Patience<DownloadProgress>): Promise<GetModelReply> {
    const { reply } = await this.#ask(
      { kind: 'getModel', ...question },
      { signal, onProgress: (progress) => progress.phase === 'download' && onProgress(progress) },
    );
    if (reply.kind !== 'getModel') throw wrongAnswer();
    return reply;
  }

  /** Rejects where the signal aborts, too. */
  async describeGpuSupport(signal: AbortSignal): Promise<DescribeGpuSupportReply> {
    const { reply } = await this.#ask({ kind: 'describeGpuSupport' }, { signal });
    if (reply.kind !== 'describeGpuSupport') throw wrongAnswer();
    return reply;
  }

  /** Rejects where the signal aborts, too; what has arrived is kept. */
  async installGpuSupport({ onProgress, signal }: Patience<DownloadProgress>): Promise<InstallGpuSupportReply> {
    const { reply } = await this.#ask(
      { kind: 'installGpuSupport' },
      { signal, onProgress: (progress) => progress.phase === 'download' && onProgress(progress) },
    );
    if (reply.kind !== 'installGpuSupport') throw wrongAnswer();
    return reply;
  }

  async handOver(question: HandOverQuestion): Promise<HandOverReply> {
    const { reply } = await this.#ask({ kind: 'handOver', ...question });
    if (reply.kind !== 'handOver') throw wrongAnswer();
    return reply;
  }

  /** Rejects where the signal aborts, too; nothing is left of the attempt. */
  async exportPolicy(question: ExportQuestion, signal: AbortSignal): Promise<ExportPolicyReply> {
    const { reply } = await this.#ask({ kind: 'exportPolicy', ...question }, { signal, onProgress: () => undefined });
    if (reply.kind !== 'exportPolicy') throw wrongAnswer();
    return reply;
  }

  /** @param folder where runs are to be written */
  async check(folder: string | null): Promise<readonly MachineCheck[]> {
    const { reply } = await this.#ask({ kind: 'check', ...(folder === null ? {} : { folder }) });
    if (reply.kind !== 'check') throw wrongAnswer();
    return reply.checks;
  }

  /** The key of the judge has changed. */
  sendJudgeKey(): void {
    const key = this.#environment.judgeKey();
    void this.#engine?.then(
      (engine) => engine.send({ type: 'judgeKey', key }),
      () => {},
    );
  }

  dispose(): void {
    clearTimeout(this.#idle);
    void this.#engine?.then(
      (engine) => {
        engine.send({ type: 'stop' });
        engine.dispose();
      },
      () => {},
    );
    this.#engine = null;
  }

  async #ask(request: LinkRequest, patience: Partial<Patience> = {}): Promise<Answer> {
    clearTimeout(this.#idle);
    this.#asking++;
    try {
      const engine = await (this.#engine ??= this.#start());
      if (engine.link === null) throw new UserError('The engine that answers questions cannot be reached. Try again.');
      patience.signal?.throwIfAborted();
      return await engine.link.request(request, patience);
    } finally {
      this.#asking--;
      if (this.#asking === 0) this.#idle = setTimeout(() => this.#end(), this.#environment.idleMs);
    }
  }

  #end(): void {
    void this.#engine?.then(
      (engine) => engine.send({ type: 'stop' }),
      () => {},
    );
    this.#engine = null;
  }

  /** Resolves when it lets us in; rejects where it ended before. The next question starts another, once it is gone. */
  #start(): Promise<EngineProcess> {
    const forget = (): void => {
      if (this.#engine === engine) this.#engine = null;
    };
    const engine = this.#launch(forget);
    engine.catch(forget);
    return engine;
  }

  async #launch(onGone: () => void): Promise<EngineProcess> {
    const { sessionsDir, lease, runtime, settings } = this.#environment;
    const node = await runtime();
    const session = await createSession(newSessionDir(sessionsDir), { kind: 'serve' }, lease(), await settings());
    return new Promise((resolve, reject) => {
      const engine = new EngineProcess(session, { kind: 'start', runtime: node }, lease, {
        onWelcome: () => {
          const key = this.#environment.judgeKey();
          if (key !== null) engine.send({ type: 'judgeKey', key });
          resolve(engine);
        },
        onStatus: () => {},
        onEvent: () => {},
        onLost: () => {},
        onGone: (cause) => {
          onGone();
          void describeFailure(session, cause).then(async (message) => {
            reject(new UserError(message));
            await retireSession(session, false);
          });
        },
      });
    });
  }
}

async function describeFailure(session: Session, cause: string): Promise<string> {
  const end = await readEnd(session);
  const story = end?.message ?? crashStory(cause, readOutputTail(session));
  return `The engine that answers questions could not be started: ${story}`;
}

function scoresOf(reply: LinkReply, arrays: readonly FrameArray[]): Scores {
  if (reply.kind !== 'score') throw wrongAnswer();
  const [combined, ...byReward] = arrays.filter((array) => array instanceof Float64Array);
  const count = reply.samples.reduce((sum, samples) => sum + samples, 0);
  const whole = [combined, ...byReward].every((array) => array?.length === count);
  if (combined === undefined || !whole || byReward.length !== reply.rewards.length) throw wrongAnswer();
  const errors = reply.errors.map(([reward, completion, kind, message]) => ({ reward, completion, kind, message }));
  const { rewards, samples, trace } = reply;
  return { rewards, samples, combined, byReward, errors, trace };
}

function isOfReplay(progress: RequestProgress): progress is ReplayProgress {
  return progress.phase !== 'download' && progress.phase !== 'preflight' && progress.phase !== 'evaluateServer';
}
