/** What the Dashboard shows of a run. */
import { accuracyWords, curveWords } from '../../engine/analysis/curveWords.ts';
import type { Curve } from '../../engine/analysis/curveShape.ts';
import { hackingSigns } from '../../engine/analysis/hacking/hackingSigns.ts';
import { ownCostSentences } from '../../engine/analysis/cost/runCost.ts';
import { outcomeSentences } from '../../engine/analysis/outcome.ts';
import { changesOf, comparableEvaluations } from '../../engine/analysis/rewardHistory.ts';
import { runOutcome } from '../../engine/analysis/runOutcome.ts';
import { runWarnings, type RunWarning } from '../../engine/analysis/runWarnings.ts';
import { signalReport } from '../../engine/analysis/signal/signalReport.ts';
import type { EvaluationSummary } from '../../engine/protocol/events.ts';
import { rewardName } from '../../engine/protocol/experimentChecks.ts';
import type { MetricPoints } from '../../engine/protocol/panels/curves.ts';
import type { CurveWords, DashboardRun } from '../../engine/protocol/panels/dashboard.ts';
import type { HackingSign, SignalReport } from '../../engine/protocol/panels/signal.ts';
import type { CodeChange } from '../../engine/protocol/run.ts';
import { exportMetrics } from '../../engine/run/export.ts';
import { readLabel } from '../../engine/run/label.ts';
import type { RunReader } from '../../engine/run/reader.ts';
import type { RunState } from '../../engine/run/runState.ts';
import type { MetricSeries } from '../../engine/run/series.ts';
import { count, plural } from '../../engine/words/format.ts';
import { experimentName, startedAt } from '../../engine/words/naming.ts';
import { breaksOf } from '../../engine/words/rewardMetrics.ts';
import type { Readers } from './readers.ts';

/** Points of a curve: more than a wide screen has pixels for. */
const MAX_POINTS = 4000;
/** For words the shape is enough. */
const WORD_POINTS = 500;
/** For a sum the buckets are as good as their steps. */
const SUM_POINTS = 64;
/** Of a run that evaluates at every step, so many are drawn. */
const MAX_EVALUATIONS = 2000;

interface OfRun {
  readonly dir: string;
}

export const dashboardMethods = {
  /** What a run is, and where it stands. */
  dashboardRun: (
    readers: Readers,
    { dir }: OfRun,
  ): DashboardProgress & { readonly run: DashboardRun; readonly evaluations: Evaluations } => {
    const reader = readers.get(dir);
    const { name, createdAt, experimentPath } = reader.manifest;
    const { method, training, rewards } = reader.experiment();
    return reader.snapshot(() => ({
      run: {
        dir,
        name: readLabel(dir).name ?? startedAt(createdAt),
        experiment: name ?? experimentName(experimentPath),
        method,
        steps: training.steps,
        rewards: rewards.map(rewardName),
      },
      ...progressOf(reader),
      evaluations: evaluationsOf(reader),
    }));
  },

  /** Some metrics over the whole run or a part of it, and the newest step that is in them. */
  dashboardSeries: (
    readers: Readers,
    options: OfRun & { readonly metrics: readonly string[]; readonly from?: number; readonly to?: number },
  ): { readonly lastStep: number; readonly series: MetricPoints[] } => {
    const { dir, metrics, from, to } = options;
    const reader = readers.get(dir);
    const part = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    return reader.snapshot(() => ({
      lastStep: reader.state().lastStep ?? 0,
      series: metrics.map((metric) => ({ metric, ...reader.series(metric, { maxPoints: MAX_POINTS, ...part }) })),
    }));
  },

  /**
   * What was added after a step; null where that is too much to add point by point. Evaluations are all told whenever one was added or
   * took the place of another since `revision`.
   */
  dashboardAdded: (
    readers: Readers,
    { dir, metrics, after, revision }: OfRun & { metrics: readonly string[]; after: number; revision: number },
  ): DashboardAdded | null => {
    const reader = readers.get(dir);
    return reader.snapshot(() => {
      const progress = progressOf(reader);
      if ((progress.state.lastStep ?? 0) - after > MAX_POINTS) return null;
      return {
        ...progress,
        series: metrics.map((metric) => ({ metric, ...reader.series(metric, { from: after + 1 }) })),
        evaluations: reader.evaluationRevision() === revision ? null : evaluationsOf(reader),
      };
    });
  },

  /** Words about some metrics, and about the held-out accuracy. */
  dashboardWords: (
    readers: Readers,
    { dir, metrics }: OfRun & { readonly metrics: readonly string[] },
  ): CurveWords[] => {
    const reader = readers.get(dir);
    const experiment = reader.experiment();
    return reader.snapshot(() => {
      const lastStep = reader.state().lastStep ?? 0;
      const changes = changesOf(reader.rewardVersions(), experiment);
      const read = new Map<string, Curve | null>();
      const curves = (metric: string): Curve | null => {
        const known = read.get(metric);
        if (known !== undefined) return known;
        const since = breaksOf(metric, changes).at(-1);
        const series: MetricSeries = reader.series(metric, {
          maxPoints: WORD_POINTS,
          ...(since === undefined ? {} : { from: since }),
        });
        const curve = series.steps.length === 0 ? null : { ...series, lastStep };
        read.set(metric, curve);
        return curve;
      };
      const words = metrics.map((metric) => curveWords(metric, curves, experiment));
      return [...words, accuracyWords(comparableEvaluations(reader))]
        .filter((found) => found !== null)
        .map((found) => sinceChange(found, breaksOf(found.metric, changes)));
    });
  },

  /** How a run that has ended turned out, in sentences. */
  dashboardOutcome: (readers: Readers, { dir }: OfRun): string[] => {
    const reader = readers.get(dir);
    const { status, lastStep } = reader.state();
    const sentences = [...outcomeSentences(runOutcome(reader)), ...ownCostSentences(reader)];
    if (sentences.length > 0 || status !== 'finished') return sentences;
    return [`Finished ${plural(lastStep ?? 0, 'step')}; nothing was evaluated.`];
  },

  /** What the newest groups had to learn from, and signs that the reward is followed and not the task. */
  dashboardSignal: (
    readers: Readers,
    { dir }: OfRun,
  ): { readonly report: SignalReport | null; readonly signs: readonly HackingSign[] } => {
    const reader = readers.get(dir);
    return reader.snapshot(() => ({
      report: signalReport(reader, reader.state().lastStep ?? 0),
      signs: hackingSigns(reader),
    }));
  },

  dashboardWarnings: (_: Readers, { dir }: OfRun): RunWarning[] => runWarnings(dir),

  /** Writes every value of some metrics to a file. @throws UserError where it cannot be written */
  dashboardSaveValues: (
    readers: Readers,
    { dir, metrics, file }: OfRun & { readonly metrics: readonly string[]; readonly file: string },
  ): void => exportMetrics(readers.get(dir), file, metrics),
};

interface DashboardProgress {
  readonly state: RunState;
  /** Spent in steps; null before the first. */
  readonly seconds: number | null;
  readonly metrics: string[];
  readonly changes: CodeChange[];
}

export interface DashboardAdded extends DashboardProgress {
  readonly series: MetricPoints[];
  /** null where they are the same as they were. */
  readonly evaluations: Evaluations | null;
}

interface Evaluations {
  /** As `RunReader.evaluationRevision`. */
  readonly revision: number;
  /** Evenly some of them where there are very many, the first and the last always. */
  readonly shown: EvaluationSummary[];
}

function progressOf(reader: RunReader): DashboardProgress {
  const state = reader.state();
  return {
    state,
    seconds: secondsOf(reader, state.lastStep ?? 0),
    metrics: reader.metricNames(),
    changes: changesOf(reader.rewardVersions(), reader.experiment()),
  };
}

/** Words about a curve with breaks are about what comes after the last of them. */
function sinceChange(words: CurveWords, breaks: readonly number[]): CurveWords {
  const last = breaks.at(-1);
  if (last === undefined) return words;
  const where = breaks.map((step) => count(step)).join(', ');
  return {
    ...words,
    summary: `The reward was changed at step ${where}. Since step ${count(last)}: ${words.summary}`,
  };
}

/** Sum of the steps' times; a pause between them is not in it. */
function secondsOf(reader: RunReader, lastStep: number): number | null {
  const { steps, mean } = reader.series('step_time', { maxPoints: SUM_POINTS });
  if (steps.length === 0) return null;
  let seconds = 0;
  for (const [index, start] of steps.entries()) {
    const end = steps[index + 1] ?? lastStep + 1;
    // Step 0 is the evaluation before the first update, and has no time.
    seconds += (mean[index] ?? 0) * (end - Math.max(1, start));
  }
  return seconds;
}

function evaluationsOf(reader: RunReader): Evaluations {
  const all = reader.evaluations();
  const every = Math.ceil(all.length / MAX_EVALUATIONS);
  const shown = all.filter((_, index) => index % every === 0 || index === all.length - 1);
  return { revision: reader.evaluationRevision(), shown };
}
