/**
 * What a reward function returned, on its way from the grader to the engine. JSON has no NaN (it writes null, which means
 * "not applicable") and a value may be of any size, so the grader sends a number, null, or what is wrong with the value;
 * the engine makes a `RewardResult` of it and trusts none of it.
 */
import type { RewardError, RewardResult } from '../protocol/completion.ts';
import type { AnswersFrame } from '../protocol/grader.ts';

/** One score as it travels. */
export type ScoreFrame = number | null | { readonly notFinite: string } | { readonly wrongType: string };

/** The scores of a group; `wrongLength` is how many there were. */
export type GroupFrame = readonly ScoreFrame[] | { readonly wrongType: string } | { readonly wrongLength: number };

/** A quotation in a message is cut to this. */
const MAX_QUOTED_CHARS = 60;

// Taken when the module is loaded, before any user code that might replace them.
const { isFinite, isSafeInteger } = Number;
const { isArray } = Array;

export function encodeScore(value: unknown): ScoreFrame {
  if (value === null) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'number') return { wrongType: describe(value) };
  return isFinite(value) ? value : { notFinite: `${value}` };
}

export function encodeGroup(value: unknown, size: number): GroupFrame {
  if (!isArray(value)) return { wrongType: describe(value) };
  // Before it is copied: the array may be huge.
  if (value.length !== size) return { wrongLength: value.length };
  return Array.from(value, encodeScore);
}

/** The verdict on one completion. */
export function decodeScore(frame: unknown): RewardResult {
  if (frame === null) return { value: null };
  if (typeof frame === 'number' && isFinite(frame)) return { value: frame };
  const notFinite = textField(frame, 'notFinite');
  if (notFinite !== null) {
    return failed(
      'notFinite',
      `returned ${notFinite}; return a finite number, or null where the reward does not apply`,
    );
  }
  const wrongType = textField(frame, 'wrongType') ?? 'something that cannot be read';
  return failed(
    'wrongType',
    `returned ${wrongType}; return a number, true, false, or null where the reward does not apply`,
  );
}

/** The verdicts on a group of `size` completions: one each, or the same error for all. */
export function decodeGroup(frame: unknown, size: number): RewardResult[] {
  if (isArray(frame) && frame.length === size) return frame.map(decodeScore);
  const length = isArray(frame) ? frame.length : numberField(frame, 'wrongLength');
  const wrongType = textField(frame, 'wrongType') ?? 'something that cannot be read';
  const error =
    length === null
      ? failed(
          'wrongType',
          `returned ${wrongType}; called for a group, return an array of ${size} scores, in Python a list`,
        )
      : failed('wrongLength', `returned ${length} scores for a group of ${size}; return one for each, in their order`);
  return Array.from({ length: size }, () => error);
}

/** With the answers that were found, beside the scores: an error has none. */
export function withAnswers(results: readonly RewardResult[], answers: AnswersFrame): readonly RewardResult[] {
  const found = new Map(answers);
  return results.map((result, place) => {
    const extracted = found.get(place);
    return 'error' in result || extracted === undefined ? result : { ...result, extracted };
  });
}

export function failed(kind: RewardError['kind'], message: string): RewardResult {
  return { error: { kind, message } };
}

function describe(value: unknown): string {
  if (value === undefined) return 'undefined (a missing return?)';
  if (typeof value === 'string') return `a string, ${quote(value)}`;
  if (isArray(value)) return `an array of ${value.length}`;
  return `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED_CHARS ? `${text.slice(0, MAX_QUOTED_CHARS)}...` : text);
}

function textField(frame: unknown, name: 'notFinite' | 'wrongType'): string | null {
  const value = field(frame, name);
  return typeof value === 'string' ? value.slice(0, 2 * MAX_QUOTED_CHARS) : null;
}

function numberField(frame: unknown, name: 'wrongLength'): number | null {
  const value = field(frame, name);
  return isSafeInteger(value) && typeof value === 'number' ? value : null;
}

function field(frame: unknown, name: string): unknown {
  return typeof frame === 'object' && frame !== null && Object.hasOwn(frame, name)
    ? Object.getOwnPropertyDescriptor(frame, name)?.value
    : undefined;
}
