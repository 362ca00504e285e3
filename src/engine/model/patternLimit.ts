/**
 * What the patterns of a tokenizer.json may take. They are regular expressions that come with a model: one that is wrong or means harm,
 * such as `(a+)+$`, would search a line of text for years, and nothing else of the process would run meanwhile. V8 interrupts one only
 * where the time of a script runs out.
 */
import { createContext, Script } from 'node:vm';
import { isJsonObject } from './jsonFile.ts';

/** A text takes milliseconds, and the largest tokenizers load in a second: room for a machine that does fifty things at once. */
const LIMIT_MS = 20_000;

/** Of a limited call. */
export class OutOfTime extends Error {
  constructor(limitMs: number) {
    super(
      `a pattern in it did not come to an end in ${limitMs / 1000} seconds. Look for another upload of the model, or ask its author`,
    );
  }
}

const CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const BEHIND_NUMBERS = String.raw` ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

/** Those of Llama 3 and of Qwen2 to 3, which need no limit. To set one takes a thread, 0.1 to 0.4 ms for each text. */
const HARMLESS: ReadonlySet<unknown> = new Set(
  [String.raw`\p{N}{1,3}`, String.raw`\p{N}`].map((numbers) =>
    [CONTRACTIONS, String.raw`[^\r\n\p{L}\p{N}]?\p{L}+`, numbers, BEHIND_NUMBERS].join('|'),
  ),
);

/** Whether a part of a tokenizer.json has patterns whose time is to be limited. */
export function needsLimit(part: unknown): boolean {
  const values = [part];
  while (values.length > 0) {
    const value = values.pop();
    if (isJsonObject(value) && 'Regex' in value && !HARMLESS.has(value['Regex'])) return true;
    if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) values.push(inner);
  }
  return false;
}

const caller: { call?: () => void } = {};
const context = createContext(caller);
const script = new Script('call()');

/** @throws OutOfTime where it takes longer; other errors are those of `work` */
export function withinLimit<T>(work: () => T, limitMs = LIMIT_MS): T {
  let result = (): T => {
    throw new OutOfTime(limitMs);
  };
  caller.call = () => {
    const value = work();
    result = () => value;
  };
  try {
    script.runInContext(context, { timeout: limitMs });
  } catch (error) {
    throw isTimeout(error) ? new OutOfTime(limitMs) : error;
  }
  return result();
}

/** By its code: it is an error of the script's own world. */
function isTimeout(error: unknown): boolean {
  return isJsonObject(error) && error['code'] === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
