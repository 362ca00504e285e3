/** Asks a server with an OpenAI-compatible API for completions: vLLM, llama.cpp, Ollama, a hosted service. */
import { z } from 'zod';
import type { ChatMessage } from '../../model/chatTemplate.ts';
import { apiAddress, hasSecret } from '../../protocol/apiAddress.ts';
import { UserError } from '../../protocol/errors.ts';
import { nearest } from '../../protocol/nearest.ts';
import type { PolicyServer } from '../../protocol/policyServer.ts';
import {
  ApiRefusal,
  callApi,
  requireUsableKey,
  SHORT_ANSWER,
  type AnswerLimits,
  type ApiService,
} from '../../reward/services/apiClient.ts';
import { Gate } from '../../reward/services/gate.ts';
import { answerLimits } from './answerLimits.ts';
import type { KeptAnswers } from './keptAnswers.ts';
import { readAnswer, type ServerAnswer } from './serverAnswer.ts';
import { TERMINAL, type ServerUser } from './serverUser.ts';

/** Requests at a time unless said otherwise: a server batches them. */
const REQUESTS = 8;

/** Models named in an error at most. */
const NAMED_MODELS = 20;

/** Of the list of models: a person waits for it, and a server that is not running is to be said at once. */
const LISTING = {
  limits: { ...SHORT_ANSWER, timeoutMs: 10_000 },
  maxTries: 1,
  slowAdvice: 'Is it running, and is that its address?',
};

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
  /** Who asks; a person at a terminal unless given. */
  readonly user?: ServerUser | undefined;
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

const modelSchema = z.looseObject({ id: z.string() });
const modelsSchema = z.object({ data: z.array(modelSchema) });
export type ServerModel = z.output<typeof modelSchema>;

/** What a server turned out not to know, and is not sent any more. */
interface Refused {
  readonly logprobs: boolean;
  /** The limit of a conversation's answer under its first name: some services take `max_completion_tokens` alone. */
  readonly maxTokens: boolean;
}

export class ServerClient {
  readonly #service: ApiService;
  readonly #base: string;
  /** Of an answer of so many tokens. */
  readonly #limits: (maxTokens: number) => AnswerLimits;
  #refused: Refused = { logprobs: false, maxTokens: false };

  /** @throws UserError for an address that is none, that has a secret in it, or that a key would go to in the clear */
  constructor(baseUrl: string, asking: Asking = {}) {
    const { requests = REQUESTS, firstWaitMs, user = TERMINAL } = asking;
    this.#base = requireAddress(baseUrl, user);
    requireUsableKey(this.#base, user.key, 'the server', user.keyAdvice);
    this.#service = {
      ...{ ...user, name: `The server ${this.#base}` },
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
   * Its models; empty where it lists none.
   * @throws ApiRefusal where it refuses, UserError where it cannot be reached
   */
  async models(signal: AbortSignal): Promise<readonly ServerModel[]> {
    const read = (json: unknown): ServerModel[] => modelsSchema.safeParse(json).data?.data ?? [];
    try {
      return await callApi({ ...this.#service, ...LISTING }, `${this.#base}/models`, () => null, read, signal);
    } catch (error) {
      // Not every server lists its models.
      if (error instanceof ApiRefusal && [404, 405, 501].includes(error.status)) return [];
      throw error;
    }
  }

  /**
   * What the server says of a model; null where it lists none.
   * @throws UserError where it cannot be reached, refuses, or has other models
   */
  async describe(model: string, signal: AbortSignal): Promise<PolicyServer['says']> {
    const models = await this.models(signal);
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

  /** Whether an earlier call left its answer. */
  isKnown(question: ServerQuestion, answers: KeptAnswers): boolean {
    return readAnswer(answers.find(asKept(this.#request(question)))) !== null;
  }

  #request({ model, asked, sampling, seed }: ServerQuestion) {
    const chat = typeof asked !== 'string';
    const address = `${this.#base}/${chat ? 'chat/completions' : 'completions'}`;
    return { address, body: { model, ...(chat ? { messages: asked } : { prompt: asked }), ...sampling, seed } };
  }

  /** @param answers where those of earlier calls are found, and this one is kept; null where none are */
  async complete(question: ServerQuestion, answers: KeptAnswers | null, signal: AbortSignal): Promise<ServerAnswer> {
    const { address, body } = this.#request(question);
    const chat = typeof question.asked !== 'string';
    const known = readAnswer(answers?.find(asKept({ address, body })));
    if (known !== null) return known;
    const service = { ...this.#service, limits: this.#limits(question.sampling.max_tokens) };
    const read = (json: unknown): ServerAnswer | null => {
      const answer = readAnswer(json);
      if (answer !== null) answers?.keep(asKept({ address, body }), json);
      return answer;
    };
    for (;;) {
      let refused = this.#refused;
      const makeBody = (): object => {
        refused = this.#refused;
        return written(body, chat, refused);
      };
      try {
        return await callApi(service, address, makeBody, read, signal);
      } catch (error) {
        const more = error instanceof ApiRefusal ? refusedBy(error, chat, refused) : null;
        if (more === null) throw error;
        // Of requests that go on at once each finds out for itself.
        this.#refused = { ...this.#refused, ...more };
      }
    }
  }
}

/** A request as its answer is found by. */
function asKept({ address, body }: { readonly address: string; readonly body: object }): unknown {
  return [address, body];
}

type Body = Pick<ServerSampling, 'max_tokens'>;

function written({ max_tokens: maxTokens, ...body }: Body, chat: boolean, refused: Refused): object {
  return {
    ...body,
    ...(refused.maxTokens ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
    ...(refused.logprobs ? {} : { logprobs: chat ? true : 0 }),
  };
}

/** Of a request, what else the server refuses that it can be asked without; null where that is not why it refused. */
function refusedBy({ status, message }: ApiRefusal, chat: boolean, refused: Refused): Partial<Refused> | null {
  if (status !== 400) return null;
  if (!refused.logprobs && /logprobs/i.test(message)) return { logprobs: true };
  if (chat && !refused.maxTokens && message.includes('max_completion_tokens')) return { maxTokens: true };
  return null;
}

/** What is said does not repeat the address, which may have a secret in it. */
function requireAddress(baseUrl: string, { keyAdvice }: ServerUser): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (url !== null && hasSecret(url))
    throw new UserError(
      `The address of the server has a user, a password, or something after ? or # in it. Give it without, such as http://localhost:8000/v1. ${keyAdvice}`,
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
