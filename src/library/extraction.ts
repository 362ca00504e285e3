/**
 * How an answer is read out of a completion, and when it counts as equal to the reference: each rule that published GSM8K
 * numbers were made with, by name, with its quirks. They disagree with each other on purpose; the tests show where, and compare
 * each with what its original gives.
 */
import { noteAnswer } from './answers.ts';
import { sameNumber } from './numbers.ts';

export const extractionRuleNames = [
  'openai',
  'verl-strict',
  'verl-flexible',
  'tulu',
  'lm-eval-strict',
  'lm-eval-flexible',
  'boxed',
] as const;

export type ExtractionRuleName = (typeof extractionRuleNames)[number];

export interface ExtractionRule {
  /** What the rule takes for the answer, in its own normal form; null where it finds none. */
  readonly extract: (completion: string) => string | null;
  /** Whether an extracted answer is right. `gold` is the reference as `goldAnswer` gives it. */
  readonly matches: (extracted: string, gold: string) => boolean;
}

/** `#### 72`, the line that ends GSM8K's solutions: an optional minus, then digits, full stops and commas. */
const MARKED_NUMBER = /#### (-?[0-9.,]+)/g;

/** verl looks at the end of a completion only. Characters are code points there, as in Python. */
const VERL_TAIL_CHARS = 300;

const withoutCommas = (text: string): string => text.replaceAll(',', '');
const equal = (extracted: string, gold: string): boolean => extracted === gold;

/** Every match of the pattern's first group that took part. */
function findAll(pattern: RegExp, text: string): string[] {
  return Array.from(text.matchAll(pattern), ([whole, ...groups]) => groups.find((group) => group) ?? whole);
}

function lastChars(text: string, count: number): string {
  // A code point is at most two UTF-16 units, so this much is enough; the cut may split one, which the second cut drops.
  return Array.from(text.slice(-2 * count))
    .slice(-count)
    .join('');
}

/**
 * The first marked number, commas dropped, compared as text. A completion that goes on with a made-up next question is
 * judged by its first answer.
 * Source: openai/grade-school-math, `grade_school_math/dataset.py`, `extract_answer` and `is_correct`.
 */
const openai: ExtractionRule = {
  extract: (completion) => {
    const first = findAll(MARKED_NUMBER, completion)[0];
    return first === undefined ? null : withoutCommas(first);
  },
  matches: equal,
};

/**
 * The last marked number in the last 300 characters, commas dropped, compared as text: a final full stop stays and makes
 * the answer wrong. (verl also drops `$`, which its pattern cannot match, so `#### $5` finds nothing.)
 * Source: verl, `verl/utils/reward_score/gsm8k.py`, `extract_solution(method="strict")`.
 */
const verlStrict: ExtractionRule = {
  extract: (completion) => {
    const last = findAll(MARKED_NUMBER, lastChars(completion, VERL_TAIL_CHARS)).at(-1);
    return last === undefined ? null : withoutCommas(last);
  },
  matches: equal,
};

/**
 * The last run of digits, full stops and commas in the last 300 characters that is not a lone full stop, compared as text
 * with nothing dropped: "1,000" and "72." are wrong answers to 1000 and 72, and a lone "," is an answer; so is a lone full
 * stop where there is nothing else, as the original's loop leaves it.
 * Source: verl, `verl/utils/reward_score/gsm8k.py`, `extract_solution(method="flexible")`.
 */
const verlFlexible: ExtractionRule = {
  extract: (completion) => {
    const runs = findAll(/(-?[0-9.,]+)/g, lastChars(completion, VERL_TAIL_CHARS));
    return runs.findLast((run) => run !== '.') ?? runs[0] ?? null;
  },
  matches: equal,
};

/**
 * The last number, commas between digits dropped first. The sign belongs to the decimal alternative of the pattern only, so
 * "-5" gives "5" and "-5.0" gives "-5.0"; without any number the whole completion is compared, without regard to case.
 * `\p{Nd}` is what Python's `\d` means.
 * Source: allenai/open-instruct (Tülu 3, arXiv:2411.15124), `ground_truth_utils.py`, `GSM8KVerifier`; since March 2026 the sign
 * belongs to both alternatives there.
 */
const tulu: ExtractionRule = {
  extract: (completion) => {
    const text = completion.replace(/(\p{Nd}),(\p{Nd})/gu, '$1$2');
    return findAll(/([-+]?\p{Nd}*\.\p{Nd}+|\p{Nd}+)/gu, text).at(-1) ?? text;
  },
  matches: (extracted, gold) => extracted.toLowerCase() === gold.toLowerCase(),
};

/**
 * What lm-eval's `exact_match` drops from both sides: commas, dollar signs, everything up to the last `#### `, a final full
 * stop.
 * Source: EleutherAI/lm-evaluation-harness, `lm_eval/tasks/gsm8k/gsm8k.yaml` version 3, `regexes_to_ignore`, `ignore_case`.
 */
function lmEvalNormal(text: string): string {
  return text
    .replace(/[,$]/g, '')
    .replace(/.*#### /su, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

const lmEvalMatches = (extracted: string, gold: string): boolean => lmEvalNormal(extracted) === lmEvalNormal(gold);

/**
 * The first marked number; written for completions of the 5-shot prompt `Question: ...\nAnswer:`.
 * Source: as above, filter `strict-match` (`group_select` 0).
 */
const lmEvalStrict: ExtractionRule = {
  extract: (completion) => findAll(MARKED_NUMBER, completion)[0] ?? null,
  matches: lmEvalMatches,
};

/**
 * The last run of two or more of `$`, digits, full stops and commas, or of digits: "..." after the answer is taken for it.
 * Source: as above, filter `flexible-extract` (`group_select` -1).
 */
const lmEvalFlexible: ExtractionRule = {
  extract: (completion) => findAll(/(-?[$0-9.,]{2,})|(-?[0-9]+)/g, completion).at(-1) ?? null,
  matches: lmEvalMatches,
};

/**
 * What stands in the braces of the last `\boxed{...}`, braces balanced; compared as numbers or fractions, as text where it is
 * none. A last box that is never closed, and a last `\boxed` without braces right after it, are no answer.
 * Source: hendrycks/math, `last_boxed_only_string` and `remove_boxed`; the comparison is ours.
 */
const boxed: ExtractionRule = {
  extract: (completion) => {
    const start = completion.lastIndexOf('\\boxed');
    const opening = '\\boxed{';
    if (start === -1 || !completion.startsWith(opening, start)) return null;
    let depth = 1;
    for (let i = start + opening.length; i < completion.length; i++) {
      if (completion[i] === '{') depth += 1;
      else if (completion[i] === '}') depth -= 1;
      if (depth === 0) return completion.slice(start + opening.length, i);
    }
    return null;
  },
  matches: (extracted, gold) => extracted.trim() === gold || sameNumber(extracted, gold),
};

// Marked as free of side effects, so that a reward that takes `goldAnswer` alone is not given all the rules besides.
export const extractionRules: Readonly<Record<ExtractionRuleName, ExtractionRule>> = {
  openai: /* @__PURE__ */ noting(openai),
  'verl-strict': /* @__PURE__ */ noting(verlStrict),
  'verl-flexible': /* @__PURE__ */ noting(verlFlexible),
  tulu: /* @__PURE__ */ noting(tulu),
  'lm-eval-strict': /* @__PURE__ */ noting(lmEvalStrict),
  'lm-eval-flexible': /* @__PURE__ */ noting(lmEvalFlexible),
  boxed: /* @__PURE__ */ noting(boxed),
};

/** The rule, which says besides what it found. */
function noting({ extract, matches }: ExtractionRule): ExtractionRule {
  return { extract: (completion) => noteAnswer(completion, extract(completion)), matches };
}

/**
 * The reference answer in an answer column: what follows the last `####` where there is one, else all of it; commas dropped. (The
 * script that made Tülu 3's data leaves them there, so that no completion is right about "1,000". That is not repeated.)
 */
export function goldAnswer(answer: string): string {
  return withoutCommas(answer.split('####').at(-1) ?? answer).trim();
}
