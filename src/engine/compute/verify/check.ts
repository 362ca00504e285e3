/** One comparison of the engine with a reference, and the ways to compare. A difference that is not a number counts as infinite. */
import { tensorTolerance, WRONG_ID_TOLERANCE } from './tolerances.ts';

export interface Check {
  /** What belongs together in a summary: `logits`, `losses`, `grad.dapo`. */
  readonly group: string;
  /** The reference's name for what is compared: `logits`, `losses.dapo`, `grad.dapo.model.norm.weight`. */
  readonly name: string;
  /** The largest difference; of a tensor, the norm of the difference. */
  readonly worst: number;
  readonly tolerance: number;
  /** Where the largest difference is: a tensor, or a row and a position in it. */
  readonly where: string;
  readonly passed: boolean;
}

/** What was left out, and why. */
export interface NotCompared {
  readonly name: string;
  readonly reason: string;
}

const ABSENT = 'the reference does not have it';

/** What a verification finds, in the order it is found. */
export class Findings {
  readonly checks: Check[] = [];
  readonly notCompared: NotCompared[] = [];

  add(check: Check): void {
    this.checks.push(check);
  }

  leaveOut(name: string, reason = ABSENT): void {
    this.notCompared.push({ name, reason });
  }
}

/** How much of its tolerance a check uses up: it passes up to 1. */
export function shareOfTolerance({ worst, tolerance }: Check): number {
  return worst === 0 ? 0 : worst / tolerance;
}

/** The check that uses up most of its tolerance; undefined for none. */
export function worstCheck(checks: readonly Check[]): Check | undefined {
  return checks.reduce<Check | undefined>(
    (worst, check) => (worst && shareOfTolerance(worst) >= shareOfTolerance(check) ? worst : check),
    undefined,
  );
}

/** Compares two numbers. */
export function compareNumbers(
  group: string,
  name: string,
  actual: number | undefined,
  expected: number,
  tolerance: number,
): Check {
  return finished(group, name, distance(actual, expected), tolerance, name);
}

/** Compares two numbers by |actual - expected| / |expected|. */
export function compareRelatively(
  group: string,
  name: string,
  actual: number | undefined,
  expected: number,
  tolerance: number,
): Check {
  const difference = distance(actual, expected);
  const relative = difference === 0 ? 0 : difference / Math.abs(expected);
  return finished(group, name, relative, tolerance, name);
}

/** Many numbers of which the largest difference counts. */
export class LargestDifference {
  #worst = 0;
  #where = '';

  /** `where` says in words which number it is; it is asked only for the largest. */
  add(actual: number | undefined, expected: number | undefined, where: () => string): void {
    const difference = distance(actual, expected);
    if (this.#where !== '' && difference <= this.#worst) return;
    this.#worst = difference;
    this.#where = where();
  }

  check(name: string, tolerance: number, group = name): Check {
    return finished(group, name, this.#worst, tolerance, this.#where);
  }
}

/** Compares a value per completion token, one array per row. */
export function compareTokens(
  name: string,
  actual: readonly Float32Array[],
  expected: readonly Float32Array[],
  tolerance: number,
): Check {
  const largest = new LargestDifference();
  for (const [row, values] of expected.entries())
    for (const [token, value] of values.entries())
      largest.add(actual[row]?.[token], value, () => `row ${row}, completion token ${token}`);
  return largest.check(name, tolerance);
}

/** Compares two tensors by the Euclidean norm of their difference, over the elements that count. */
export function compareTensors(
  group: string,
  parameter: string,
  actual: Float32Array,
  expected: Float32Array,
  counts: (element: number) => boolean = () => true,
): Check {
  let squaredDifference = 0;
  let squaredReference = 0;
  for (const [element, value] of expected.entries()) {
    if (!counts(element)) continue;
    squaredDifference += distance(actual[element], value) ** 2;
    squaredReference += value * value;
  }
  const tolerance = tensorTolerance(Math.sqrt(squaredReference));
  return finished(group, `${group}.${parameter}`, Math.sqrt(squaredDifference), tolerance, parameter);
}

/** Fails: the reference has a tensor that the model should have, too. */
export function missingTensor(group: string, parameter: string): Check {
  const where = `${parameter} is no tensor of the model`;
  return finished(group, `${group}.${parameter}`, Infinity, tensorTolerance(0), where);
}

/** Compares token ids, as far as the reference goes: how many differ, and which is the first. */
export function compareIds(group: string, name: string, actual: ArrayLike<number>, expected: readonly number[]): Check {
  const wrong = [...expected.keys()].filter((position) => actual[position] !== expected[position]);
  const [first] = wrong;
  const where =
    first === undefined
      ? `${expected.length} tokens`
      : `from token ${first}: ${actual[first] ?? 'none'} and not ${expected[first]}`;
  return finished(group, name, wrong.length, WRONG_ID_TOLERANCE, where);
}

/** |actual - expected|; infinite where one is missing or not finite. */
function distance(actual: number | undefined, expected: number | undefined): number {
  const difference = Math.abs((actual ?? NaN) - (expected ?? NaN));
  return Number.isNaN(difference) ? Infinity : difference;
}

function finished(group: string, name: string, worst: number, tolerance: number, where: string): Check {
  return { group, name, worst, tolerance, where, passed: worst <= tolerance };
}
