/**
 * What was generated and not trained on: thrown away by dynamic sampling, the price of batches that are full of groups whose rewards differ, or
 * put aside by the screening of a curriculum, the price of not sampling whole groups.
 */
import type { CostConfig, Experiment } from '../../protocol/experiment.ts';
import type { RunReader } from '../../run/reader.ts';
import { readTokensByStep } from '../../run/signal/trainingGroups.ts';
import { count, percent } from '../../words/format.ts';
import { spentWords } from './costWords.ts';
import { spent } from './spent.ts';

export interface Untrained {
  /** Of completions that were sampled and not trained on, since the run began. */
  readonly tokens: number;
  /** Of all that were sampled. */
  readonly generated: number;
  /** What sampling them took, in proportion to the tokens of each step. */
  readonly seconds: number;
}

/**
 * By dynamic sampling, which counts what screening had put aside as thrown away too: here it is not.
 * null where no step has counted it: dynamic sampling is off, or the run is from before it was counted.
 */
export function discardedTokens(reader: RunReader): Untrained | null {
  const all = byStep(reader, 'groups/discarded_tokens');
  if (all.size === 0) return null;
  const aside = byStep(reader, 'curriculum/screen_tokens');
  const thrownAway = Array.from(all, ([step, tokens]) => [step, tokens - (aside.get(step) ?? 0)] as const);
  return untrained(reader, new Map(thrownAway), byStep(reader, 'groups/generated_tokens'));
}

/** By screening; null where the run has none. */
export function putAsideTokens(reader: RunReader): Untrained | null {
  const aside = byStep(reader, 'curriculum/screen_tokens');
  return aside.size === 0 ? null : untrained(reader, aside, readTokensByStep(reader));
}

/** Of the steps that have counted it. Both maps are by step. */
function untrained(
  reader: RunReader,
  tokens: ReadonlyMap<number, number>,
  generated: ReadonlyMap<number, number>,
): Untrained {
  const times = byStep(reader, 'time/rollout_s');
  const steps = Array.from(tokens, ([step, some]) => {
    const all = generated.get(step) ?? 0;
    return { some, all, seconds: all === 0 ? 0 : (some / all) * (times.get(step) ?? 0) };
  });
  return {
    tokens: sumOf(steps.map(({ some }) => some)),
    generated: sumOf(steps.map(({ all }) => all)),
    seconds: sumOf(steps.map(({ seconds }) => seconds)),
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function byStep(reader: RunReader, metric: string): ReadonlyMap<number, number> {
  const { steps, mean } = reader.series(metric);
  return new Map(Array.from(mean, (value, index) => [steps[index] ?? 0, value]));
}

/** From here on most of what is generated teaches nothing. */
const MOST = 0.5;

/** `Dynamic sampling threw away 1,200 of 2,000 generated tokens (60.0 %): 12 min 05 s of sampling.`, and what would help where it is most. */
export function discardedSentence(
  discarded: Untrained,
  { curriculum }: Pick<Experiment, 'curriculum'>,
  prices: CostConfig | undefined,
): string {
  return (
    `Dynamic sampling threw away ${untrainedWords(discarded, prices)}.` +
    (mostlyDiscarded(discarded) ? ` ${curriculum === undefined ? CURRICULUM : OTHER_CURRICULUM}` : '')
  );
}

/** `Screening put aside 1,200 of 10,000 generated tokens (12.0 %): 2 min 05 s of sampling, and did not train on them.` */
export function putAsideSentence(aside: Untrained, prices: CostConfig | undefined): string {
  return `Screening put aside ${untrainedWords(aside, prices)}, and did not train on them.`;
}

function untrainedWords({ tokens, generated, seconds }: Untrained, prices: CostConfig = {}): string {
  const share = generated === 0 ? 0 : tokens / generated;
  const price = spentWords(spent(seconds, prices), prices);
  return `${count(tokens)} of ${count(generated)} generated tokens (${percent(share)}): ${price} of sampling`;
}

export function mostlyDiscarded({ tokens, generated }: Pick<Untrained, 'tokens' | 'generated'>): boolean {
  return tokens > MOST * generated;
}

const CURRICULUM =
  'Most problems are always solved or never. A curriculum draws those that the policy solves now and then ("curriculum": { "by": "adaptive" }), ' +
  'of which fewer are thrown away.';
const OTHER_CURRICULUM =
  'Most problems that the curriculum draws are always solved or never: one of another kind or range, or a larger rollout.groupSize, would throw fewer away.';
