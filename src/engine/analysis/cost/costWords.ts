/** Costs in words. */
import type { CostConfig } from '../../protocol/experiment.ts';
import { duration, measure, plural } from '../../words/format.ts';
import type { CostReport } from './costReport.ts';
import type { Spent } from './spent.ts';

/** `12 min 05 s, 0.30 kWh, 1.25 EUR`; what has no price is left out. */
export function spentWords(
  { seconds, kilowattHours, money }: Spent,
  { currency }: Pick<CostConfig, 'currency'>,
): string {
  const parts = [duration(seconds)];
  if (kilowattHours !== null) parts.push(`${measure(kilowattHours)} kWh`);
  if (money !== null) parts.push(amount(money, currency));
  return parts.join(', ');
}

/** Money with its currency. */
export function amount(money: number, currency: string | undefined): string {
  const digits = money >= 0.1 || money === 0 ? money.toFixed(2) : measure(money);
  return currency === undefined ? `${digits} (currency not named)` : `${digits} ${currency}`;
}

/** One sentence for each thing that is known. */
export function costSentences(report: CostReport, steps: number, cost: CostConfig): string[] {
  const { total, perStep, perPoint, projection } = report;
  const sentences = [`${plural(steps, 'step')} cost ${spentWords(total, cost)}.`];
  if (perStep !== null && steps > 1) sentences.push(`A step cost ${spentWords(perStep, cost)}.`);
  if (perPoint.kind === 'gained') {
    const [least, most] = perPoint.range;
    sentences.push(
      `Each point of held-out accuracy gained cost ${spentWords(perPoint.spent, cost)} (from ${spentWords(least, cost)} to ${spentWords(most, cost)}, ` +
        'by the 95 % interval of the gain).',
    );
  }
  if (perPoint.kind === 'none')
    sentences.push('No gain in held-out accuracy can be told from chance, so none has a price.');
  if (projection !== null)
    sentences.push(
      `${plural(projection.steps, 'step')} would cost about ${spentWords(projection.spent, cost)}.`,
      ...projection.assumes,
    );
  return sentences;
}
