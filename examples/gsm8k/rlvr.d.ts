/* eslint-disable */
// @ts-nocheck
// Written by RLVR-Ops beside reward files, and again when it is out of date. A reward file finds it by its first line:
// /// <reference path="./rlvr.d.ts" />
declare module 'rlvr' {
  /**
   * What a reward file is written against. Types are erased (`import type { Reward } from 'rlvr'`), and a function is bundled into the
   * reward that imports it: there is nothing to install. An editor finds both in the `rlvr.d.ts` that lies beside the file.
   *
   * ```ts
   * /** 1 when the completion ends in the answer. *\/
   * export const correct: Reward<{ answer: string }> = ({ completion, answer }) => completion.endsWith(answer);
   * ```
   */

  /** What every reward function is given by name, beside the columns of the dataset row. A column of the same name is hidden. */
  export type RewardArguments = {
    /** The text the policy wrote, without special tokens, cut before a stop string. */
    readonly completion: string;
    /** The text the policy was given. */
    readonly prompt: string;
    /** Tokens of the completion, the one that ended it included. */
    readonly completionTokens: number;
    /** The training step that it was written in, from 1; null in evaluations and wherever else nothing is trained. */
    readonly step: number | null;
    /** Place in the group, from 0. */
    readonly index: number;
    /** `options` of this reward in the experiment file. Frozen. */
    readonly options: Readonly<Record<string, unknown>>;
  };

  /** The arguments of one completion: `Row` names the dataset's columns. */
  export type RewardInput<Row extends object = Record<string, unknown>> = RewardArguments & Readonly<Row>;

  /**
   * A finite number; `true` counts as 1 and `false` as 0; `null` means "does not apply to this completion". Anything else, a
   * throw and a timeout are errors, shown beside the completion and never counted as 0.
   */
  export type Score = number | boolean | null;

  /** Scores one completion (`"per": "completion"`, the default). */
  export type Reward<Row extends object = Record<string, unknown>> = (
    input: RewardInput<Row>,
  ) => Score | Promise<Score>;

  /** Scores the whole group of one prompt at once (`"per": "group"`): one score per completion, in their order. */
  export type GroupReward<Row extends object = Record<string, unknown>> = (
    batch: readonly RewardInput<Row>[],
  ) => readonly Score[] | Promise<readonly Score[]>;

  /** What a reward function took for the answer of a completion, for the run to keep beside the score. */

  /**
   * Says which answer was found in a completion, null for none, and gives it back: the run keeps it beside the score, where Outputs shows it,
   * "no answer found" can be told from a wrong one, and maj@k counts the votes. Nothing else comes of it: scores are the same with and
   * without. The rules of `extractionRules` and `lastNumber` say it themselves; call it after a search of your own.
   *
   * @param text the completion, or a part of it, in which the answer was looked for. Where it is not clear which of the completions being
   *   scored that is, nothing is kept; nor where two different answers were found in one
   */
  export function noteAnswer<Answer extends string | null>(text: string, answer: Answer): Answer;

  /**
   * The last number in a text, as it stands there: "That makes $1,072.50." has "1,072.50", "a half, or 1/2" has "1/2", "9-4" has "4".
   * null where there is none.
   */
  export function lastNumber(text: string): string | null;

  /**
   * Whether both texts are one number and nothing else, and the same one. Understood are thousands commas, a final full stop, every
   * Unicode minus, `a/b`, "1 1/2", LaTeX's `\frac{a}{b}`, `\$`, `\%`, `\!` and `{,}`. A currency sign before and a percent sign
   * after are units: "50%" is 50, as GSM8K's answers have it. See `sameValue`.
   */
  export function sameNumber(left: string, right: string): boolean;

  /** As `sameNumber`, but a percent sign counts: "50%" is "1/2", "0.5" and "\frac{1}{2}", and is not "50". */
  export function sameValue(left: string, right: string): boolean;

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

  /**
   * Runs code that a model wrote with tests, in a process of its own with limits on time, memory and files, and without network where
   * that can be had: see SECURITY.md for what is kept from it. Rejects where it cannot be run at all, such as without Python.
   */
  export function runTests({ language, code, tests, timeout }: TestRun): Promise<TestsResult>;

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
  export function judge(request: JudgeRequest): Promise<Judgement>;

  export const extractionRuleNames: readonly [
    'openai',
    'verl-strict',
    'verl-flexible',
    'tulu',
    'lm-eval-strict',
    'lm-eval-flexible',
    'boxed',
  ];

  export type ExtractionRuleName = (typeof extractionRuleNames)[number];

  export interface ExtractionRule {
    /** What the rule takes for the answer, in its own normal form; null where it finds none. */
    readonly extract: (completion: string) => string | null;
    /** Whether an extracted answer is right. `gold` is the reference as `goldAnswer` gives it. */
    readonly matches: (extracted: string, gold: string) => boolean;
  }

  export const extractionRules: Readonly<Record<ExtractionRuleName, ExtractionRule>>;

  /**
   * The reference answer in an answer column: what follows the last `####` where there is one, else all of it; commas dropped. (The
   * script that made Tülu 3's data leaves them there, so that no completion is right about "1,000". That is not repeated.)
   */
  export function goldAnswer(answer: string): string;

  /** A JSON Schema: drafts 4, 7, 2019-09 and, unless `$schema` names another, 2020-12. */
  export type JsonSchema = boolean | Readonly<Record<string, unknown>>;

  /**
   * What keeps a text from being JSON that the schema allows: "not JSON: ...", or where in it what is wrong; null where it is. White
   * space around the JSON is no fault, a code fence is. Throws on a schema that refers to what is not in it.
   */
  export function jsonProblem(text: string, schema: JsonSchema): string | null;
}
