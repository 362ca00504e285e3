/** What the compare panel asks of the worker. */
import { numberOf } from '../../engine/analysis/compare/heldOut.ts';
import { usualBaseline } from '../../engine/analysis/compare/recipeTable.ts';
import { compareWith } from '../../engine/analysis/compare/results.ts';
import { sideOf, type Contender, type Side } from '../../engine/analysis/compare/side.ts';
import { letterOf } from '../../engine/analysis/compare/runFacts.ts';
import { metricIdentity } from '../../engine/analysis/compare/measure.ts';
import { overviewOf } from '../../engine/analysis/compareRuns.ts';
import { readKeptFile, rewardSources } from '../../engine/analysis/keptFiles.ts';
import { changesOf, hashHistories, sourcesAt } from '../../engine/analysis/rewardHistory.ts';
import type { ComparedRun, ComparisonResults, MeasureName } from '../../engine/protocol/comparison.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import type { CompareOverview, MetricOrigin, ProblemText, RunCurves } from '../../engine/protocol/panels/compare.ts';
import type { ProblemRecord } from '../../engine/protocol/run.ts';
import type { RunTasks } from '../../engine/protocol/tasks.ts';
import { CODE_DIFF_FILE } from '../../engine/run/layout.ts';
import { problemPlace } from '../../engine/run/outputs/problemPlace.ts';
import { problemTitle } from '../../engine/run/outputs/problemTitle.ts';
import type { RunReader } from '../../engine/run/reader.ts';
import { breaksOf } from '../../engine/words/rewardMetrics.ts';
import type { Readers } from './readers.ts';

type NamedRun = Pick<ComparedRun, 'letter' | 'dir'>;

/** Curves of ten runs lie on top of each other: more points than pixels would not be seen. */
const MAX_POINTS = 1000;
/** By these the panel turns steps into tokens and time. */
const AXIS_METRICS = ['num_tokens', 'step_time'];

export const compareMethods = {
  /**
   * What the runs are and in what they differ; of those that can be read.
   * @param baseline the folder of one of them; the usual one where it is none: the first, or of a sweep what it says
   */
  compareOverview: (
    readers: Readers,
    { dirs, baseline }: { readonly dirs: readonly string[]; readonly baseline: string | null },
  ): CompareOverview => {
    const { read: open, unreadable } = readEach(dirs, (run) => readers.get(run));
    const overview = overviewOf(open);
    const usual = usualBaseline(open.map(({ dir, manifest }) => ({ dir, sweep: manifest.sweep })));
    const named = (wanted: string | null): ComparedRun | undefined => overview.runs.find(({ dir }) => dir === wanted);
    const against = named(baseline) ?? named(usual);
    return { ...overview, baseline: against?.letter ?? letterOf(0), unreadable, metrics: metricOrigins(open) };
  },

  /**
   * One measure of every run that can be read against one of them: each takes a while, and another panel's question is answered in
   * between.
   */
  compareResults: (
    readers: Readers,
    request: { readonly runs: readonly NamedRun[]; readonly baseline: string; readonly of: MeasureName },
  ): ComparisonResults & Pick<ReadRuns<unknown>, 'unreadable'> => {
    const { runs, baseline, of } = request;
    const { read: sides, unreadable } = readEach(
      runs.map(({ dir }) => dir),
      (run, index) => measuredSide({ letter: runs[index]?.letter ?? '', reader: readers.get(run) }, of),
    );
    const against = sides.find(({ letter }) => letter === baseline);
    const results = against === undefined ? { pairs: [], recipes: [] } : compareWith(sides, against, [of]);
    return { ...results, unreadable };
  },

  /** Curves of the runs that have them to give. */
  compareCurves: (
    readers: Readers,
    { dirs, metrics }: { readonly dirs: readonly string[]; readonly metrics: readonly string[] },
  ): ReadRuns<RunCurves> =>
    readEach(dirs, (run) => {
      const reader = readers.get(run);
      const series = [...new Set([...metrics, ...AXIS_METRICS])].map((metric) => ({
        metric,
        ...reader.series(metric, { maxPoints: MAX_POINTS }),
      }));
      return { run, series: series.filter(({ steps }) => steps.length > 0) };
    }),

  /** In the order asked for; what the run does not have is left out. */
  problemTexts: (
    readers: Readers,
    request: { readonly dir: string; readonly split: ProblemRecord['split']; readonly problems: readonly number[] },
  ): ProblemText[] => {
    const { dir, split, problems } = request;
    const reader = readers.get(dir);
    return problems.flatMap((problem) => {
      const found = reader.problem(split, problem);
      return found === null
        ? []
        : [{ problem, place: problemPlace(reader.manifest, problem), text: problemTitle(found.prompt, found.row) }];
    });
  },

  /** The number that another run gives a problem of a run; null where it has no such task. */
  sameProblem: (
    readers: Readers,
    { dir, other, problem }: { readonly dir: string; readonly other: string; readonly problem: number },
  ): number | null => {
    const { task, row } = problemPlace(readers.get(dir).manifest, problem);
    return numberOf(readers.get(other).manifest, task, row);
  },

  /** A file that a run keeps; null where it has none. @throws UserError as `readKeptFile` */
  keptFile: (_: Readers, { dir, path }: { readonly dir: string; readonly path: string }): string | null =>
    readKeptFile(dir, path),

  /** Paths of the reward sources that scored a step, as a run keeps them; its newest step where none is given. */
  rewardSources: (
    readers: Readers,
    { dir, step = Infinity }: { readonly dir: string; readonly step?: number },
  ): string[] => {
    const reader = readers.get(dir);
    return rewardSources(dir, [...sourcesAt(dir, reader.experiment(), reader.rewardVersions(), step).values()]);
  },

  /** The code around the experiment: its commit, and the difference to it. */
  codeText: (readers: Readers, { dir }: { readonly dir: string }): string => {
    const { gitCommit, gitDirty } = readers.get(dir).manifest;
    if (gitCommit === null) return 'not in a git repository\n';
    const diff = readKeptFile(dir, CODE_DIFF_FILE);
    const state = gitDirty ? ' with changes' : '';
    return `commit ${gitCommit}${state}\n${diff === null ? '' : `\n${diff}`}`;
  },

  /** The dataset as far as a run keeps it, as JSONL: what it is, then every held-out problem and those trained on, row by row. */
  datasetText: (readers: Readers, { dir }: { readonly dir: string }): string => {
    const reader = readers.get(dir);
    const { dataset, tasks } = reader.experiment();
    const rows = (['validation', 'test', 'train'] as const).flatMap((split) =>
      reader.problems(split).map(({ problem, row }) => ({ split, ...problemText(reader.manifest, problem), ...row })),
    );
    return [{ ...dataset, ...(tasks && { tasks }), hash: reader.manifest.datasetHash }, ...rows]
      .map((row) => `${JSON.stringify(row)}\n`)
      .join('');
  },
};

/** A problem by its row, and of several tasks its task. */
function problemText(manifest: RunTasks, problem: number): Readonly<Record<string, string | number>> {
  const { task, row } = problemPlace(manifest, problem);
  return { ...(task !== null && { task }), problem: row };
}

/** With what it solved already read. @throws UserError where that cannot be read */
function measuredSide(contender: Contender, of: MeasureName): Side {
  const side = sideOf(contender);
  const evaluation = side.milestones[of];
  if (evaluation !== null) side.results(evaluation);
  return side;
}

/** What was read of several runs, of which one that cannot be read spoils no other. */
interface ReadRuns<Value> {
  readonly read: readonly Value[];
  readonly unreadable: CompareOverview['unreadable'];
}

function readEach<Value>(dirs: readonly string[], readRun: (run: string, index: number) => Value): ReadRuns<Value> {
  const read: Value[] = [];
  const unreadable: { run: string; message: string }[] = [];
  for (const [index, run] of dirs.entries()) {
    try {
      read.push(readRun(run, index));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unreadable.push({ run, message: error.message });
    }
  }
  return { read, unreadable };
}

function metricOrigins(readers: readonly RunReader[]): MetricOrigin[] {
  const runs = readers.map((reader) => ({
    experiment: reader.experiment(),
    first: reader.manifest,
    code: { rewardHashes: hashHistories(reader.manifest, reader.rewardVersions()) },
    changes: changesOf(reader.rewardVersions(), reader.experiment()),
    names: new Set(reader.metricNames()),
  }));
  const metrics = [...new Set(runs.flatMap(({ names }) => [...names]))].sort();
  return metrics.map((metric) => ({
    metric,
    origins: runs.map(({ experiment, code, names }) =>
      names.has(metric) ? metricIdentity(experiment, code, metric) : null,
    ),
    beginnings: runs.map(({ experiment, first, names }) =>
      names.has(metric) ? metricIdentity(experiment, first, metric) : null,
    ),
    breaks: runs.map(({ changes }) => breaksOf(metric, changes)),
  }));
}
