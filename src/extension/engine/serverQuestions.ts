/** What is asked of the engine without a run about models behind an OpenAI-compatible API. */
import type {
  EvaluateServerReply,
  EvaluateServerRequest,
  PlanServerReply,
  PlanServerRequest,
  ServerModelsReply,
  ServerModelsRequest,
  ServerProgress,
} from '../../engine/protocol/serverRequests.ts';
import type { Ask, Patience } from './engineLink.ts';
import { wrongAnswer } from './wrongAnswer.ts';

/** Each rejects with UserError, and where the signal aborts. */
export class ServerQuestions {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  async models(question: Omit<ServerModelsRequest, 'kind'>, signal: AbortSignal): Promise<ServerModelsReply> {
    const { reply } = await this.#ask({ kind: 'serverModels', ...question }, { signal });
    if (reply.kind !== 'serverModels') throw wrongAnswer();
    return reply;
  }

  /** What an evaluation would ask; no problem is sent. */
  async plan(question: Omit<PlanServerRequest, 'kind'>, signal: AbortSignal): Promise<PlanServerReply> {
    const { reply } = await this.#ask({ kind: 'planServer', ...question }, { signal });
    if (reply.kind !== 'planServer') throw wrongAnswer();
    return reply;
  }

  /** Answers that came are kept where it is stopped. */
  async evaluate(
    question: Omit<EvaluateServerRequest, 'kind'>,
    { onProgress, signal }: Patience<ServerProgress>,
  ): Promise<EvaluateServerReply> {
    const { reply } = await this.#ask(
      { kind: 'evaluateServer', ...question },
      { signal, onProgress: (progress) => progress.phase === 'evaluateServer' && onProgress(progress) },
    );
    if (reply.kind !== 'evaluateServer') throw wrongAnswer();
    return reply;
  }
}
