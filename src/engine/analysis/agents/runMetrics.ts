/** The answer to `rlvr_get_run_metrics`. */
import type { RunMetricsInput } from '../../protocol/agentTools.ts';
import { RunReader } from '../../run/reader.ts';
import { hackingSigns } from '../hacking/hackingSigns.ts';
import { changesOf } from '../rewardHistory.ts';
import { signalReport } from '../signal/signalReport.ts';
import { findRun, type RunPlaces } from './places.ts';
import { describeEvaluation } from './runSummaries.ts';
import { inline, Quotation, rounded } from './untrusted.ts';

/** What tells whether a run learns, and the commonest ways in which it does not. */
const FIRST_LOOK = [
  'reward',
  'reward_std',
  'frac_reward_zero_std',
  'eval/accuracy',
  'completions/mean_length',
  'completions/clipped_ratio',
  'kl',
  'entropy',
  'grad_norm',
  'learning_rate',
];

/** Evaluations of a long run with one at every step would fill the answer. */
const MAX_EVALUATIONS = 50;
/** A sign's sentence with its numbers; longer only by the names of rewards. */
const MAX_SENTENCE = 500;
/** Several times as many as a run has, whatever a folder from elsewhere holds. */
const MAX_NAMES = 300;

/** @throws UserError where there is no such run, or it cannot be read */
export function runMetricsText(
  places: RunPlaces,
  { run, metrics, points }: RunMetricsInput,
  quotation = new Quotation(),
): string {
  const reader = RunReader.open(findRun(places, run));
  try {
    return reader.snapshot(() => {
      const available = reader.metricNames();
      const wanted = metrics ?? FIRST_LOOK.filter((name) => available.includes(name));
      const { status, lastStep } = reader.state();
      const evaluations = reader.evaluations();
      const answer = {
        run,
        status,
        step: lastStep,
        steps: reader.experiment().training.steps,
        metrics: Object.fromEntries(wanted.flatMap((name) => entry(name, describeMetric(reader, name, points)))),
        unknown: wanted.filter((name) => !available.includes(name)).map((name) => inline(name)),
        evaluations: evaluations.slice(-MAX_EVALUATIONS).map(describeEvaluation),
        rewardChanges: changesOf(reader.rewardVersions(), reader.experiment()).map(({ step, rewards }) => ({
          step,
          rewards: rewards.map((name) => inline(name)),
        })),
        signal: describeSignal(reader, lastStep ?? 0),
        hackingSigns: hackingSigns(reader).map(({ step, title, sentence }) => ({
          step,
          title: inline(title),
          sentence: inline(sentence, MAX_SENTENCE),
        })),
        available: available.slice(0, MAX_NAMES).map((name) => inline(name)),
      };
      return `${quotation.note}\n${JSON.stringify(answer)}`;
    });
  } finally {
    reader.close();
  }
}

function entry(name: string, value: object | null): [string, object][] {
  return value === null ? [] : [[inline(name), value]];
}

/** Of the newest groups, those that nothing was learned from, by cause; null where nothing was trained on. */
function describeSignal(reader: RunReader, lastStep: number): object | null {
  const report = signalReport(reader, lastStep);
  if (report === null) return null;
  const { from, to, groups, putAside, dead, causes } = report;
  const withoutSignal = Object.fromEntries(causes.map(({ name, count }) => [name, count]));
  return { steps: [from, to], groups, ...(putAside === 0 ? {} : { putAside }), dead, causes: withoutSignal };
}

/** Columns `[step, mean]`, each mean over the steps up to the next point; null for a metric that the run does not have. */
function describeMetric(reader: RunReader, name: string, maxPoints: number): object | null {
  const { steps, min, max, mean } = reader.series(name, { maxPoints });
  const newest = steps.at(-1);
  if (newest === undefined) return null;
  const last = reader.series(name, { from: newest }).mean.at(-1);
  return {
    ...(last === undefined ? {} : { last: rounded(last) }),
    min: rounded(min.reduce((low, value) => Math.min(low, value))),
    max: rounded(max.reduce((high, value) => Math.max(high, value))),
    points: Array.from(steps, (step, index) => [step, rounded(mean[index] ?? NaN)]),
  };
}
