/** What dynamic sampling generated and threw away: the price of batches that are full of groups whose rewards differ. */
import type { CostConfig, Experiment } from '../../protocol/experiment.ts';
import type { RunReader } from '../../run/reader.ts';
import { count, percent } from '../../words/format.ts';
import { spentWords } from './costWords.ts';
import { spent } from './spent.ts';

export interface Discarded {
  /** Of completions that were sampled and thrown away, since the run began. */
  readonly tokens: number;
  /** Of all that were sampled. */
  readonly generated: number;
  /** What sampling them took, in proportion to the tokens of each step. */
  readonly seconds: number;
}

/** null where no step has counted it: dynamic sampling is off, or the run is from before it was counted. */
export function discardedTokens(reader: RunReader): Discarded | null {
  const tokens = reader.series('groups/discarded_tokens');
  if (tokens.steps.length === 0) return null;
  const shares = byStep(reader, 'groups/discarded_tokens_frac');
  const times = byStep(reader, 'time/rollout_s');
  const seconds = Array.from(tokens.steps, (step) => (shares.get(step) ?? 0) * (times.get(step) ?? 0));
  return {
    tokens: sumOf(tokens.mean),
    generated: sumOf(reader.series('groups/generated_tokens').mean),
    seconds: sumOf(seconds),
  };
}

function sumOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, value) => total + value, 0);
}

function byStep(reader: RunReader, metric: string): ReadonlyMap<number, number> {
  const { steps, mean } = reader.series(metric);
  return new Map(Array.from(mean, (value, index) => [steps[index] ?? 0, value]));
}

/** From here on most of what is generated teaches nothing. */
const MOST = 0.5;

/** `Dynamic sampling threw away 1,200 of 2,000 generated tokens (60.0 %): 12 min 05 s of sampling.`, and what would help where it is most. */
export function discardedSentence(
  { tokens, generated, seconds }: Discarded,
  { curriculum }: Pick<Experiment, 'curriculum'>,
  prices: CostConfig | undefined,
): string {
  const share = generated === 0 ? 0 : tokens / generated;
  const price = spentWords(spent(seconds, prices ?? {}), prices ?? {});
  return (
    `Dynamic sampling threw away ${count(tokens)} of ${count(generated)} generated tokens (${percent(share)}): ${price} of sampling.` +
    (mostlyDiscarded({ tokens, generated }) ? ` ${curriculum === undefined ? CURRICULUM : OTHER_CURRICULUM}` : '')
  );
}

export function mostlyDiscarded({ tokens, generated }: Pick<Discarded, 'tokens' | 'generated'>): boolean {
  return tokens > MOST * generated;
}

const CURRICULUM =
  'Most problems are always solved or never. A curriculum draws those that the policy solves now and then ("curriculum": { "by": "adaptive" }), ' +
  'of which fewer are thrown away.';
const OTHER_CURRICULUM =
  'Most problems that the curriculum draws are always solved or never: one of another kind or range, or a larger rollout.groupSize, would throw fewer away.';
