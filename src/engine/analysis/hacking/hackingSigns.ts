/** The signs of reward hacking in a run, each with the completions that show it. */
import type { EvaluationSummary } from '../../protocol/events.ts';
import type { NamedGroup } from '../../protocol/panels/outputsRequests.ts';
import type { HackingSign } from '../../protocol/panels/signal.ts';
import { readSolved } from '../../run/outputs/solved.ts';
import type { RunReader } from '../../run/reader.ts';
import { readGroupSums } from '../../run/signal/groupSums.ts';
import { newestTrainingSteps, readTexts, readTrainingGroups } from '../../run/signal/trainingGroups.ts';
import type { Found } from './finding.ts';
import { watch } from './watch.ts';
import type { WatchedCurve, WatchedRun } from './watchedRun.ts';

/** Of a run with more evaluations every second one is looked at, or every fourth, and so on: a run of 50 is looked at in milliseconds. */
const MOST_EVALUATIONS = 64;
/** Points of a curve: several between any two of those evaluations. */
const POINTS = 2000;
/** Groups that show a sign. */
const SHOWN_GROUPS = 20;

/** What a reader found last. Only an evaluation can add to it. */
const known = new WeakMap<RunReader, { readonly revision: number; readonly signs: readonly HackingSign[] }>();

/** Oldest first. Looks at the run only where it was evaluated since it was asked last. */
export function hackingSigns(reader: RunReader): readonly HackingSign[] {
  const revision = reader.evaluationRevision();
  const before = known.get(reader);
  if (before?.revision === revision) return before.signs;
  const signs = watch(watchedRun(reader)).map((found) => signOf(reader, found));
  known.set(reader, { revision, signs });
  return signs;
}

function watchedRun(reader: RunReader): WatchedRun {
  const curves = new Map<string, WatchedCurve | null>();
  const shares = new Map<number, ReadonlyMap<number, number>>();
  return {
    experiment: reader.experiment(),
    evaluations: thinned(reader.evaluations().filter(({ split }) => split === 'validation')),
    codeChanges: [...new Set(reader.rewardVersions().map(({ fromStep }) => fromStep))],
    curve: (metric) => {
      const read = curves.get(metric) ?? reader.series(metric, { maxPoints: POINTS });
      curves.set(metric, read);
      return read.steps.length === 0 ? null : read;
    },
    shares: (evaluation) => {
      const { step, samples } = evaluation;
      const read =
        shares.get(step) ??
        new Map(Array.from(readSolved(reader, evaluation), ([problem, solved]) => [problem, solved / samples]));
      shares.set(step, read);
      return read;
    },
  };
}

/** Counted from the first, so that those that were looked at once are looked at again while the run grows. */
function thinned(evaluations: readonly EvaluationSummary[]): readonly EvaluationSummary[] {
  let every = 1;
  while (evaluations.length > every * MOST_EVALUATIONS) every *= 2;
  return evaluations.filter((_, index) => index % every === 0);
}

function signOf(reader: RunReader, { kind, from, at, title, sentence, proof }: Found): HackingSign {
  const sign = { kind, from, step: at.step, title, sentence };
  if (proof.kind === 'heldOut') {
    const groups = proof.problems.slice(0, SHOWN_GROUPS).map((problem) => ({ problem, step: at.step }));
    return { ...sign, evidence: { scope: { purpose: 'evaluation', split: 'validation' }, groups } };
  }
  const [newest] = newestTrainingSteps(reader, at.step, { steps: 1, completions: Infinity });
  if (newest === undefined) return { ...sign, evidence: null };
  const { step } = newest;
  const ranked =
    proof.kind === 'duplicates'
      ? ranking(readTrainingGroups(reader, step), ({ members }) => repeated(readTexts(reader, members)))
      : ranking(readGroupSums(reader, step), proof.rank);
  const groups = ranked.map(({ problem }) => ({ problem, step }));
  return { ...sign, evidence: { scope: { purpose: 'rollout', split: 'train' }, groups } };
}

/** The first of the highest rank; a problem that was drawn twice is named once. */
function ranking<Group extends { readonly problem: number }>(
  groups: readonly Group[],
  rank: (group: Group) => number,
): Pick<NamedGroup, 'problem'>[] {
  const ranked = groups.map((group) => ({ problem: group.problem, rank: rank(group) }));
  const problems = new Set(ranked.sort((a, b) => b.rank - a.rank).map(({ problem }) => problem));
  return [...problems].slice(0, SHOWN_GROUPS).map((problem) => ({ problem }));
}

/** Completions whose text one before them has. */
function repeated(texts: readonly string[]): number {
  return texts.length - new Set(texts).size;
}
