/** Asks a server with an OpenAI-compatible API for completions: vLLM, llama.cpp, Ollama, a hosted service. */
import { z } from 'zod';
import type { ChatMessage } from '../../model/chatTemplate.ts';
import { POLICY_KEY_VARIABLE, takeKey } from '../../process/environment.ts';
import { UserError } from '../../protocol/errors.ts';
import { nearest } from '../../protocol/nearest.ts';
import type { PolicyServer } from '../../protocol/policyServer.ts';
import {
  apiAddress,
  ApiRefusal,
  callApi,
  requireEncrypted,
  SHORT_ANSWER,
  type AnswerLimits,
  type ApiService,
} from '../../reward/services/apiClient.ts';
import { Gate } from '../../reward/services/gate.ts';
import { answerLimits } from './answerLimits.ts';
import type { KeptAnswers } from './keptAnswers.ts';
import { readAnswer, type ServerAnswer } from './serverAnswer.ts';

/** Requests at a time unless said otherwise: a server batches them. */
const REQUESTS = 8;

const KEY_ADVICE = `Give its key in the variable ${POLICY_KEY_VARIABLE}.`;
const SLOW_ADVICE =
  'Ask it fewer at a time with --policy-requests, or for fewer tokens with rollout.maxCompletionLength.';
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

/** How a server is asked. */
export interface Asking {
  /** Requests at a time; 8 unless given. */
  readonly requests?: number | undefined;
  /** Milliseconds before a request is tried again; doubled for each one more. */
  readonly firstWaitMs?: number | undefined;
  /** Milliseconds that an answer may take; by its tokens and the requests at a time unless given. */
  readonly timeoutMs?: number | undefined;
}

export interface ServerQuestion {
  readonly model: string;
  /** A text to continue, or a conversation to answer. */
  readonly asked: string | readonly ChatMessage[];
  readonly sampling: ServerSampling;
  readonly seed: number;
}

const modelsSchema = z.object({ data: z.array(z.looseObject({ id: z.string() })) });

export class ServerClient {
  readonly #service: ApiService;
  readonly #base: string;
  /** Of an answer of so many tokens. */
  readonly #limits: (maxTokens: number) => AnswerLimits;
  /** Whether log-probabilities are still asked for: a server that has none refuses. */
  #logprobs = true;

  /** @throws UserError for an address that is none, that has a secret in it, or that a key would go to in the clear */
  constructor(baseUrl: string, asking: Asking = {}) {
    this.#base = requireAddress(baseUrl);
    requireEncrypted(this.#base, key, 'the server');
    const { requests = REQUESTS, firstWaitMs } = asking;
    this.#service = {
      ...{ name: `The server ${this.#base}`, key, keyAdvice: KEY_ADVICE, slowAdvice: SLOW_ADVICE },
      ...{ requests: new Gate(requests), limits: SHORT_ANSWER, firstWaitMs },
    };
    this.#limits = (maxTokens) => {
      const limits = answerLimits(maxTokens, requests);
      return { ...limits, timeoutMs: asking.timeoutMs ?? limits.timeoutMs };
    };
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

  /** @param answers where those of earlier calls are found, and this one is kept; null where none are */
  async complete(
    { model, asked, sampling, seed }: ServerQuestion,
    answers: KeptAnswers | null,
    signal: AbortSignal,
  ): Promise<ServerAnswer> {
    const chat = typeof asked !== 'string';
    const address = `${this.#base}/${chat ? 'chat/completions' : 'completions'}`;
    const body = { model, ...(chat ? { messages: asked } : { prompt: asked }), ...sampling, seed };
    const known = readAnswer(answers?.find([address, body]));
    if (known !== null) return known;
    const service = { ...this.#service, limits: this.#limits(sampling.max_tokens) };
    const read = (json: unknown): ServerAnswer | null => {
      const answer = readAnswer(json);
      if (answer !== null) answers?.keep([address, body], json);
      return answer;
    };
    const withLogprobs = this.#logprobs;
    try {
      const wished = withLogprobs ? { ...body, logprobs: chat ? true : 0 } : body;
      return await callApi(service, address, wished, read, signal);
    } catch (error) {
      if (!withLogprobs || !(error instanceof ApiRefusal) || error.status !== 400 || !/logprobs/i.test(error.message))
        throw error;
      this.#logprobs = false;
      return callApi(service, address, body, read, signal);
    }
  }
}

/** What is said does not repeat the address, which may have a secret in it. */
function requireAddress(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (url !== null && (url.username !== '' || url.password !== '' || /[?#]/.test(url.href)))
    throw new UserError(
      `The address of the server has a user, a password, or something after ? or # in it. Give it without, such as http://localhost:8000/v1. ${KEY_ADVICE}`,
    );
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UserError('That is not the address of a server. Give one such as http://localhost:8000/v1.');
  return apiAddress(baseUrl);
}

function noModel(base: string, model: string, models: readonly string[]): string {
  const similar = nearest(model, models);
  const listed = models.slice(0, NAMED_MODELS).join(', ');
  const more = models.length > NAMED_MODELS ? ` and ${models.length - NAMED_MODELS} more` : '';
  const hint = similar === undefined ? '' : ` Did you mean ${similar}?`;
  return `The server ${base} has no model "${model}".${hint} It has: ${listed}${more}.`;
}
