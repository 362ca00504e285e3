/** What a run says of its own cost. */
import type { RunReader } from '../../run/reader.ts';
import type { MetricSeries } from '../../run/series.ts';
import { againstFact, forecastSummary } from '../forecast/againstFact.ts';
import { runOutcome } from '../runOutcome.ts';
import { costReport, type CostFacts } from './costReport.ts';
import { costSentences } from './costWords.ts';
import { trainingProblems } from './trainingProblems.ts';
import { discardedSentence, discardedTokens, mostlyDiscarded } from './discarded.ts';

/** Steps from the first one on: what comes before it, loading and its evaluation, is not timed in a run. */
export function costFacts(reader: RunReader): CostFacts {
  return reader.snapshot(() => {
    const times = reader.series('step_time');
    const experiment = reader.experiment();
    const step = reader.series('epoch').steps.at(-1) ?? 0;
    const { after, interval } = runOutcome(reader);
    return {
      steps: times.mean.length,
      seconds: secondsTo(times, Infinity),
      problemsPerStep: experiment.training.problemsPerStep,
      trainingProblems: trainingProblems(experiment, step, (metric) => reader.series(metric).mean.at(-1)),
      gain: interval,
      gainSeconds: secondsTo(times, after?.step ?? 0),
    };
  });
}

/** What the steps up to this one took. */
function secondsTo({ steps, mean }: MetricSeries, last: number): number {
  return mean.reduce((sum, seconds, i) => ((steps[i] ?? 0) <= last ? sum + seconds : sum), 0);
}

/**
 * What the run cost by the prices of its experiment, that most of what it generated was thrown away, and what it took beside what was
 * forecast; empty where there is none of that.
 */
export function ownCostSentences(reader: RunReader): string[] {
  return [...pricedSentences(reader), ...wasteSentences(reader), ...forecastSummary(againstFact(reader) ?? [])];
}

function wasteSentences(reader: RunReader): string[] {
  const discarded = discardedTokens(reader);
  if (discarded === null || !mostlyDiscarded(discarded)) return [];
  const experiment = reader.experiment();
  return [discardedSentence(discarded, experiment, experiment.cost)];
}

function pricedSentences(reader: RunReader): string[] {
  const { cost } = reader.experiment();
  if (cost === undefined) return [];
  const facts = costFacts(reader);
  return facts.steps === 0 ? [] : costSentences(costReport(facts, cost, null), facts.steps, cost);
}
