/** What the engine does for a reward function, whose own process may start no programs and holds no keys. */

export interface TestRun {
  readonly language: 'python' | 'javascript';
  /** What the policy wrote, or a program made of it. */
  readonly code: string;
  /** Run after the code, in the same names: they pass when nothing throws. In JavaScript both are the body of one async function. */
  readonly tests: string;
  /** Seconds for both together, 120 at most; 5 unless given. Less than the reward's own "timeout". */
  readonly timeout?: number;
}

export interface TestsResult {
  readonly passed: boolean;
  /** `failed`: the code or its tests threw, or the code ended its process before the tests were done. */
  readonly outcome: 'passed' | 'failed' | 'timeout' | 'memory';
  /** What went wrong, with the line of the code or of the tests; empty when passed. */
  readonly message: string;
}

/** Put there by the grader while it loads a reward. */
const ask: unknown = Reflect.get(globalThis, Symbol.for('rlvr.services'));

/**
 * Runs code that a model wrote with tests, in a process of its own with limits on time, memory and files, and without network where
 * that can be had: see SECURITY.md for what is kept from it. Rejects where it cannot be run at all, such as without Python.
 */
export async function runTests({ language, code, tests, timeout = 5 }: TestRun): Promise<TestsResult> {
  const { passed, outcome, message } = await question(
    { service: 'runTests', language, code, tests, timeout },
    runTests,
  );
  if (outcome !== 'passed' && outcome !== 'failed' && outcome !== 'timeout' && outcome !== 'memory')
    throw new Error('The engine gave no verdict.');
  return { passed: passed === true, outcome, message: String(message) };
}

export interface JudgeRequest {
  /** Of an OpenAI-compatible API, such as `https://api.example.com/v1`. It must be `"baseUrl"` in the `options` of the reward. */
  readonly baseUrl: string;
  readonly model: string;
  /** The whole message. What is judged stands in it between marks of your own, for it may ask the judge for a good score. */
  readonly prompt: string;
  /** Of the reply; 512 unless given. */
  readonly maxTokens?: number;
  /** 0 unless given. */
  readonly temperature?: number;
  /** Its first group is the score; without it, that is the last number of the reply. */
  readonly pattern?: RegExp;
}

export interface Judgement {
  /** null where the reply has no number. */
  readonly score: number | null;
  readonly reply: string;
}

/**
 * Asks a language model. The engine adds the key, which reward code never sees, tries again where the service is busy, and gives equal
 * questions of a run the same answer. Rejects where there is none. Give the reward a "timeout" of a minute or more.
 */
export async function judge(request: JudgeRequest): Promise<Judgement> {
  const { baseUrl, model, prompt, maxTokens = 512, temperature = 0, pattern } = request;
  const { reply } = await question({ service: 'judge', baseUrl, model, prompt, maxTokens, temperature }, judge);
  if (typeof reply !== 'string') throw new Error('The engine gave no reply.');
  const found = pattern === undefined ? reply.match(NUMBER)?.at(-1) : pattern.exec(reply)?.[1];
  const score = found === undefined || found.trim() === '' ? NaN : Number(found);
  return { score: Number.isFinite(score) ? score : null, reply };
}

type Asks = typeof runTests | typeof judge;

const NUMBER = /-?\d+(?:\.\d+)?/g;

async function question(asked: Record<string, unknown>, caller: Asks): Promise<Record<string, unknown>> {
  // Made now, so that its place is where the reward asks.
  const failure = new Error();
  Error.captureStackTrace(failure, caller);
  if (typeof ask !== 'function') {
    failure.message = 'There is no engine here to ask: this works where the engine runs the reward.';
    throw failure;
  }
  try {
    const answer: unknown = await Reflect.apply(ask, undefined, [asked]);
    return typeof answer === 'object' && answer !== null ? { ...answer } : {};
  } catch (error) {
    failure.message = error instanceof Error ? error.message : String(error);
    throw failure;
  }
}
