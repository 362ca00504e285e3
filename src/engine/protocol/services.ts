/**
 * What a reward function may ask of the engine, because its own process may not do it: run code that a model wrote, or ask
 * a judge with a key that reward code never sees. A question comes from user code and is parsed as untrusted, with size limits.
 */
import { z } from 'zod';

/** Together with what else a frame has, below its limit. */
export const MAX_CODE_CHARS = 200_000;

/** Questions that one grader process may have open at a time. */
export const MAX_OPEN_QUESTIONS = 64;

/** Seconds. */
const MAX_TEST_TIMEOUT = 120;

const runTestsSchema = z.strictObject({
  service: z.literal('runTests'),
  language: z.enum(['python', 'javascript']),
  code: z.string().max(MAX_CODE_CHARS),
  tests: z.string().max(MAX_CODE_CHARS),
  /** Seconds for code and tests together. */
  timeout: z.number().positive().max(MAX_TEST_TIMEOUT),
});

const judgeSchema = z.strictObject({
  service: z.literal('judge'),
  /** Of the API, such as `https://api.example.com/v1`. One that the experiment names, for the key goes there. */
  baseUrl: z.url({ protocol: /^https?$/ }).max(2_000),
  model: z.string().min(1).max(500),
  prompt: z.string().max(MAX_CODE_CHARS),
  maxTokens: z.int().positive().max(8_192),
  temperature: z.number().min(0).max(2),
});

export const questionSchema = z.discriminatedUnion('service', [runTestsSchema, judgeSchema]);

/** Code and the tests that are run on it. */
export type TestsQuestion = z.output<typeof runTestsSchema>;

/** One message to a model behind an OpenAI-compatible API; the answer is the text of its reply. */
export type JudgeQuestion = z.output<typeof judgeSchema>;

export type Question = z.output<typeof questionSchema>;

/** How a run of tests ended. */
export interface TestsVerdict {
  readonly passed: boolean;
  /** `failed`: the code or its tests threw, or ended the process before the tests were done. */
  readonly outcome: 'passed' | 'failed' | 'timeout' | 'memory';
  /** What went wrong in one line, with the line of the code or of the tests; empty when passed. */
  readonly message: string;
}
