/** Asks a server with an OpenAI-compatible API for completions: vLLM, llama.cpp, Ollama, a hosted service. */
import { z } from 'zod';
import type { ChatMessage } from '../../model/chatTemplate.ts';
import { POLICY_KEY_VARIABLE, takeKey } from '../../process/environment.ts';
import { UserError } from '../../protocol/errors.ts';
import { nearest } from '../../protocol/nearest.ts';
import type { PolicyServer } from '../../protocol/policyServer.ts';
import { apiAddress, ApiRefusal, callApi, requireEncrypted, type ApiService } from '../../reward/services/apiClient.ts';
import { Gate } from '../../reward/services/gate.ts';
import { readAnswer, type ServerAnswer } from './serverAnswer.ts';

/** Requests at a time; a server batches them, and a service counts them by key. */
const requests = new Gate(8);

const KEY_ADVICE = `Give its key in the variable ${POLICY_KEY_VARIABLE}.`;
/** Models named in an error at most. */
const NAMED_MODELS = 20;

const key = takeKey(POLICY_KEY_VARIABLE);

/** What is generated for, in the API's own names. */
export interface ServerSampling {
  readonly max_tokens: number;
  readonly temperature: number;
  readonly top_p: number;
  readonly stop?: readonly string[];
  /** Extensions of vLLM, llama.cpp and others; sent where the experiment asks for them. */
  readonly top_k?: number;
  readonly min_p?: number;
  readonly repetition_penalty?: number;
}

const modelsSchema = z.object({ data: z.array(z.looseObject({ id: z.string() })) });

export class ServerClient {
  readonly #service: ApiService;
  readonly #base: string;
  /** Whether log-probabilities are still asked for: a server that has none refuses. */
  #logprobs = true;

  /** @throws UserError for an address that is none, or that a key would go to in the clear */
  constructor(baseUrl: string, firstWaitMs?: number) {
    if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol))
      throw new UserError(`"${baseUrl}" is not the address of a server. Give one such as http://localhost:8000/v1.`);
    this.#base = apiAddress(baseUrl);
    requireEncrypted(this.#base, key, 'the server');
    this.#service = { name: `The server ${this.#base}`, key, keyAdvice: KEY_ADVICE, requests, firstWaitMs };
  }

  get baseUrl(): string {
    return this.#base;
  }

  /**
   * What the server says of a model; null where it lists none.
   * @throws UserError where it cannot be reached, refuses, or has other models
   */
  async describe(model: string, signal: AbortSignal): Promise<PolicyServer['says']> {
    const read = (json: unknown) => modelsSchema.safeParse(json).data?.data ?? [];
    let models: z.output<typeof modelsSchema>['data'];
    try {
      models = await callApi(this.#service, `${this.#base}/models`, null, read, signal);
    } catch (error) {
      // Not every server lists its models.
      if (error instanceof ApiRefusal && [404, 405, 501].includes(error.status)) return null;
      throw error;
    }
    if (models.length === 0) return null;
    const found = models.find(({ id }) => id === model);
    if (found === undefined)
      throw new UserError(
        noModel(
          this.#base,
          model,
          models.map(({ id }) => id),
        ),
      );
    const said = Object.entries(found).filter((entry): entry is [string, string | number | boolean] =>
      ['string', 'number', 'boolean'].includes(typeof entry[1]),
    );
    return Object.fromEntries(said);
  }

  /** @param asked a text to continue, or a conversation to answer */
  async complete(
    model: string,
    asked: string | readonly ChatMessage[],
    sampling: ServerSampling,
    seed: number,
    signal: AbortSignal,
  ): Promise<ServerAnswer> {
    const chat = typeof asked !== 'string';
    const address = `${this.#base}/${chat ? 'chat/completions' : 'completions'}`;
    const body = { model, ...(chat ? { messages: asked } : { prompt: asked }), ...sampling, seed };
    const withLogprobs = this.#logprobs;
    try {
      const wished = withLogprobs ? { ...body, logprobs: chat ? true : 0 } : body;
      return await callApi(this.#service, address, wished, readAnswer, signal);
    } catch (error) {
      if (!withLogprobs || !(error instanceof ApiRefusal) || error.status !== 400 || !/logprobs/i.test(error.message))
        throw error;
      this.#logprobs = false;
      return callApi(this.#service, address, body, readAnswer, signal);
    }
  }
}

function noModel(base: string, model: string, models: readonly string[]): string {
  const similar = nearest(model, models);
  const listed = models.slice(0, NAMED_MODELS).join(', ');
  const more = models.length > NAMED_MODELS ? ` and ${models.length - NAMED_MODELS} more` : '';
  const hint = similar === undefined ? '' : ` Did you mean ${similar}?`;
  return `The server ${base} has no model "${model}".${hint} It has: ${listed}${more}.`;
}
