/** What one version of the reward functions says of completions: columns, which travel between threads without being taken apart. */
import type { RewardWeights } from '../../protocol/rewardWeights.ts';
import type { RewardError, RewardResult } from '../../protocol/completion.ts';

/** Columns are parallel to the completions. */
export interface Verdicts {
  readonly weights: RewardWeights;
  /** By reward name; NaN where the function failed or does not apply. */
  readonly values: Readonly<Record<string, Float64Array>>;
  readonly errors: readonly VerdictError[];
}

export interface VerdictError extends RewardError {
  /** The function's name. */
  readonly reward: string;
  /** Index in the columns. */
  readonly completion: number;
}

export type Results = Readonly<Record<string, RewardResult>>;

/** The verdicts on each of `count` completions. */
export function resultsOf({ weights, values, errors }: Verdicts, count: number): Results[] {
  const names = Object.keys(weights);
  const results = Array.from({ length: count }, (_, completion): Record<string, RewardResult> =>
    Object.fromEntries(names.map((name) => [name, { value: valueAt(values[name], completion) }])),
  );
  for (const { reward, completion, kind, message } of errors) {
    const own = results[completion];
    if (own !== undefined) own[reward] = { error: { kind, message } };
  }
  return results;
}

/** The columns of verdicts, one for each completion. A function that a completion has no verdict of does not apply to it. */
export function verdictsOf(results: readonly Results[], weights: RewardWeights): Verdicts {
  const names = Object.keys(weights);
  return {
    weights,
    values: Object.fromEntries(names.map((name) => [name, Float64Array.from(results, (own) => numberOf(own[name]))])),
    errors: results.flatMap((own, completion) =>
      names.flatMap((reward): VerdictError[] => {
        const result = own[reward];
        return result !== undefined && 'error' in result ? [{ reward, completion, ...result.error }] : [];
      }),
    ),
  };
}

/** null where a column has no value. */
export function valueAt(column: Float64Array | undefined, index: number): number | null {
  const value = column?.[index];
  return value === undefined || Number.isNaN(value) ? null : value;
}

function numberOf(result: RewardResult | undefined): number {
  return result !== undefined && 'value' in result ? (result.value ?? NaN) : NaN;
}
