/** A server in the place of the policy: what is asked of a policy, asked of it. */
import type { ChatMessage } from '../../model/chatTemplate.ts';
import { TokenEnds } from '../../model/tokenEnds.ts';
import type { Tokenizer } from '../../model/tokenizer.ts';
import type { Completion, CompletionKey } from '../../protocol/completion.ts';
import type { GenerateRequest } from '../../protocol/compute.ts';
import type { Problem } from '../../data/problems.ts';
import { uniforms } from '../../random/keyed.ts';
import type { StepContext } from '../runContext.ts';
import type { KeptAnswers } from './keptAnswers.ts';
import type { ServerAnswer, ServerToken } from './serverAnswer.ts';
import type { ServerClient, ServerQuestion, ServerSampling } from './serverClient.ts';

export interface Served {
  readonly client: ServerClient;
  readonly model: string;
  /** What a problem is asked as: a text to continue, or a conversation to answer. */
  readonly ask: (problem: Problem) => string | readonly ChatMessage[];
  readonly tokenizer: Tokenizer;
  /** Of the experiment. */
  readonly seed: number;
  /** null where none are kept. */
  readonly answers: KeptAnswers | null;
  readonly signal: AbortSignal;
}

/** What the server counted; completions of which it said nothing are counted by our tokenizer, and their prompts too. */
export interface Usage {
  input: number;
  output: number;
}

/** Id of a token of the server's, of which only the text is known. */
const UNKNOWN_ID = -1;
/** Seeds are 32-bit numbers to some servers, signed to others. */
const SEEDS = 2 ** 31;

/** @param problems those that are asked, by number @param usage grows with each answer */
export function serverSampler(
  served: Served,
  problems: ReadonlyMap<number, Problem>,
  usage: Usage,
): StepContext['sample'] {
  const { client, model, ask, seed, signal } = served;
  return async (request, { onProgress, onGroup }) => {
    const sampling = samplingOf(request);
    const keys = request.groups.flatMap((group) => group.keys);
    let done = 0;
    const completions = await allOrNone(keys, signal, async (key, running): Promise<Completion> => {
      const problem = problems.get(key.problem);
      if (problem === undefined) throw new RangeError(`problem ${key.problem} is not one of those asked`);
      const question = questionOf({ model, ask, seed }, problem, key.sample, sampling);
      const answer = await client.complete(question, served.answers, running);
      onProgress?.(++done, keys.length);
      const completion = completionOf(key, answer, request.stop, served.tokenizer);
      usage.input += answer.usage?.input ?? problem.tokens.length;
      usage.output += answer.usage?.output ?? completion.tokens.length;
      return completion;
    });
    // Not before all answers are there: where one fails nothing is kept but answers, and a judge may cost money, too.
    const answered = completions.values();
    for (const [group, own] of request.groups.entries())
      onGroup({ group, completions: own.keys.flatMap(() => answered.next().value ?? []) });
    return {};
  };
}

/** What is asked for one completion. */
export function questionOf(
  { model, ask, seed }: Pick<Served, 'model' | 'ask' | 'seed'>,
  problem: Problem,
  sample: number,
  sampling: ServerSampling,
): ServerQuestion {
  return { model, asked: ask(problem), sampling, seed: seedOf(seed, problem.problem, sample) };
}

/** Where one fails the others are given up: each may cost money. */
async function allOrNone<Item, Made>(
  items: readonly Item[],
  signal: AbortSignal,
  make: (item: Item, signal: AbortSignal) => Promise<Made>,
): Promise<Made[]> {
  const failed = new AbortController();
  const running = AbortSignal.any([signal, failed.signal]);
  try {
    return await Promise.all(items.map((item) => make(item, running)));
  } catch (error) {
    failed.abort(error);
    throw error;
  }
}

export function samplingOf({
  sampling,
  maxCompletionLength,
  stop,
}: Pick<GenerateRequest, 'sampling' | 'maxCompletionLength' | 'stop'>): ServerSampling {
  const { temperature, topP, topK, minP, repetitionPenalty } = sampling;
  return {
    max_tokens: maxCompletionLength,
    temperature,
    top_p: topP,
    ...(stop.length > 0 && { stop }),
    ...(topK > 0 && { top_k: topK }),
    ...(minP > 0 && { min_p: minP }),
    ...(repetitionPenalty !== 1 && { repetition_penalty: repetitionPenalty }),
  };
}

function seedOf(seed: number, problem: number, sample: number): number {
  return Math.floor(uniforms(seed, 'evaluation', [problem, sample])() * SEEDS);
}

function completionOf(
  key: CompletionKey,
  answer: ServerAnswer,
  stop: readonly string[],
  tokenizer: Served['tokenizer'],
): Completion {
  const cuts = stop.map((string) => answer.text.indexOf(string)).filter((at) => at >= 0);
  const text = cuts.length === 0 ? answer.text : answer.text.slice(0, Math.min(...cuts));
  const stopped = cuts.length > 0 || answer.finish === 'stop string';
  const tokens = isWritten(answer) ? theirTokens(answer.tokens, text) : ourTokens(text, tokenizer);
  return {
    key,
    ...tokens,
    sampledLogprobs: tokens.logprobs,
    entropies: new Float32Array(tokens.tokens.length).fill(NaN),
    text,
    stopReason: stopped ? 'stop' : answer.finish === 'length' ? 'length' : 'eos',
  };
}

/** Whether its tokens are those of its text, and perhaps of a stop string after it: not so where some are of reasoning, which it hides. */
function isWritten(answer: ServerAnswer): answer is ServerAnswer & { readonly tokens: readonly ServerToken[] } {
  const written = answer.tokens?.map(({ text }) => text).join('');
  return written?.startsWith(answer.text) === true;
}

type Tokens = Pick<Completion, 'tokens' | 'tokenEnds' | 'logprobs'>;

function theirTokens(tokens: readonly ServerToken[], text: string): Tokens {
  let end = 0;
  return {
    tokens: new Int32Array(tokens.length).fill(UNKNOWN_ID),
    tokenEnds: Int32Array.from(tokens, (token) => Math.min((end += token.text.length), text.length)),
    logprobs: Float32Array.from(tokens, ({ logprob }) => logprob),
  };
}

/** Where the server says nothing of its tokens, or of others, how our tokenizer would write its text. */
function ourTokens(text: string, tokenizer: Served['tokenizer']): Tokens {
  const tokens = tokenizer.encode(text, { addSpecialTokens: false });
  const tokenEnds = new TokenEnds(tokenizer).of([...tokens], text);
  return { tokens, tokenEnds, logprobs: new Float32Array(tokens.length).fill(NaN) };
}
