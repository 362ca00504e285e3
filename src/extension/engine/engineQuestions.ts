/** What is asked of the engine without a run, and what it answers. Each question rejects with UserError where it cannot be answered. */
import type { FrameArray } from '../../engine/protocol/frames.ts';
import type { RewardError } from '../../engine/protocol/completion.ts';
import type { LinkReply, MachineCheck, RequestProgress } from '../../engine/protocol/link.ts';
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
import type { DescribeJobReply, DescribeJobRequest } from '../../engine/protocol/rayJob.ts';
import { unpackReplay, type Replay, type ReplayProgress, type ReplayRequest } from '../../engine/protocol/replay.ts';
import type { ScoreRequest, Trace } from '../../engine/protocol/scoring.ts';
import type { Ask, Patience } from './engineLink.ts';
import { ServerQuestions } from './serverQuestions.ts';
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

export class EngineQuestions {
  /** Models behind an API. */
  readonly servers: ServerQuestions;
  readonly #ask: Ask;

  /** @param ask starts the engine where it is not there, and puts the question to it */
  constructor(ask: Ask) {
    this.#ask = ask;
    this.servers = new ServerQuestions(ask);
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

  /** What a job of an experiment would be sent. */
  async describeJob(question: Omit<DescribeJobRequest, 'kind'>): Promise<DescribeJobReply> {
    const { reply } = await this.#ask({ kind: 'describeJob', ...question });
    if (reply.kind !== 'describeJob') throw wrongAnswer();
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
