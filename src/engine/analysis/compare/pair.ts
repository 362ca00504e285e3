/** One run against another: on what they can be compared, the results, and what to know before believing them. */
import type { MeasureName, PairComparison, PairedMeasure, PairedResult } from '../../protocol/comparison.ts';
import type { EvaluationSummary } from '../../protocol/events.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import type { RunReader } from '../../run/reader.ts';
import { describeValue } from '../../words/describeValue.ts';
import { count, plural } from '../../words/format.ts';
import { comparableEvaluations, hashesAt } from '../rewardHistory.ts';
import { differences } from './differences.ts';
import { heldOutResults, milestones, type HeldOutResults, type Milestones } from './heldOut.ts';
import { solvedBy, solvedIdentity } from './measure.ts';
import { pairedResult } from './paired.ts';
import { verdictOf, verdictSentence } from './verdict.ts';

/** A run and the letter it is called by. */
export interface Contender {
  readonly letter: string;
  readonly reader: RunReader;
}

const MEASURES: readonly MeasureName[] = ['final', 'best', 'test'];

/**
 * `a` is what is compared with, `b` what the sentences are about.
 * @param wanted each takes a while, so a person who waits can ask for them one by one
 * @throws UserError where a run cannot be read
 */
export function comparePair(a: Contender, b: Contender, wanted = MEASURES): PairComparison {
  const sides = { a: sideOf(a), b: sideOf(b) };
  const refused = refusal(sides);
  const measures = refused === null ? wanted.map((of) => measure(of, sides)) : [];
  return { a: a.letter, b: b.letter, refused, measures: measures.filter((found) => found !== null) };
}

interface Side {
  readonly letter: string;
  readonly experiment: Experiment;
  readonly running: boolean;
  readonly solvedIdentity: string | null;
  readonly milestones: Milestones;
  readonly results: (evaluation: EvaluationSummary) => HeldOutResults;
}

interface Sides {
  readonly a: Side;
  readonly b: Side;
}

function sideOf({ letter, reader }: Contender): Side {
  const experiment = reader.experiment();
  const read = new Map<string, HeldOutResults>();
  return {
    letter,
    experiment,
    running: reader.state().status === 'running',
    solvedIdentity: solvedIdentity(experiment, {
      rewardHashes: hashesAt(reader.manifest, reader.rewardVersions(), Infinity),
    }),
    milestones: milestones(comparableEvaluations(reader)),
    results: (evaluation) => {
      const key = `${evaluation.split} ${evaluation.step}`;
      const results = read.get(key) ?? heldOutResults(reader, evaluation);
      read.set(key, results);
      return results;
    },
  };
}

function refusal({ a, b }: Sides): string | null {
  const unmeasured = [a, b].filter(({ milestones: { final, test } }) => final === null && test === null);
  if (unmeasured.length > 0) {
    const letters = [...new Set(unmeasured.map(({ letter }) => letter))].join(' and ');
    return `Nothing to compare: ${letters} ${unmeasured.length > 1 ? 'have' : 'has'} not been measured on held-out problems.`;
  }
  if (a.solvedIdentity === b.solvedIdentity) return null;
  const [nameA, nameB] = [solvedBy(a.experiment), solvedBy(b.experiment)];
  const what = nameA === nameB ? `"${nameA}" is other code` : `${a.letter} asks "${nameA}", ${b.letter} "${nameB}"`;
  return (
    `Not the same measure: what counts as solved differs (${what}). ` +
    'A function in a file of its own, named by evaluation.reward, stays comparable when other rewards change.'
  );
}

function measure(of: MeasureName, sides: Sides): PairedMeasure | null {
  const [a, b] = [sides.a.milestones[of], sides.b.milestones[of]];
  if (a === null || b === null) return null;
  const result = pairedResult(sides.a.results(a), sides.b.results(b));
  const found = { of, split: a.split, steps: { a: a.step, b: b.step }, result };
  if (result === null) {
    const sentence =
      `Not the same problems: ${sides.a.letter} and ${sides.b.letter} were measured on different ones. ` +
      'Give both the same dataset.validation: one file, or one seed.';
    return { ...found, verdict: null, sentence, cautions: [] };
  }
  return {
    ...found,
    verdict: verdictOf(result),
    sentence: verdictSentence(result, sides.a.letter, sides.b.letter),
    cautions: [
      ...selection(of, sides),
      ...progress(of, found.steps, sides),
      ...subset(result, sides),
      ...conditions(sides),
      ...seeds(sides),
    ],
  };
}

/** The best of several is partly luck, which the interval knows nothing of. */
function selection(of: MeasureName, { a, b }: Sides): string[] {
  const chosenFrom = [a, b].map(({ letter, milestones: { evaluations } }) => `${evaluations} of ${letter}`);
  if (of !== 'best' || Math.max(a.milestones.evaluations, b.milestones.evaluations) < 2) return [];
  return [
    `Chosen after the fact, the best of ${chosenFrom.join(' and ')}, on these same problems: both are optimistic, the one with more tries the more.`,
  ];
}

function progress(of: MeasureName, steps: PairedMeasure['steps'], { a, b }: Sides): string[] {
  const running = of === 'final' ? [a, b].filter((side) => side.running) : [];
  return [
    ...running.map(({ letter }) => `${letter} is still running.`),
    ...(of === 'final' && steps.a !== steps.b
      ? [`Measured after different steps: ${a.letter} after ${count(steps.a)}, ${b.letter} after ${count(steps.b)}.`]
      : []),
  ];
}

function subset({ problems, evaluated }: PairedResult, { a, b }: Sides): string[] {
  if (problems === evaluated.a && problems === evaluated.b) return [];
  return [
    `Compared on the ${plural(problems, 'problem')} that both held out, of ${count(evaluated.a)} of ${a.letter} and ${count(evaluated.b)} of ${b.letter}.`,
  ];
}

/** Differences in how the policy was asked are part of the measured difference. */
const CONDITIONS =
  /^(evaluation\.(samples|sampling)|rollout\.(maxCompletionLength|stop|stopTokens)$|dataset\.(prompt|system|chat|fewShot))/;

function conditions({ a, b }: Sides): string[] {
  const asked = differences([a.experiment, b.experiment])
    .filter(({ path }) => CONDITIONS.test(path))
    .map(({ path, values }) => `${path} ${values.map(describeValue).join(' and ')}`);
  return asked.length === 0 ? [] : [`Not asked the same way: ${asked.join('; ')}.`];
}

/** What a seed does is as sure as what a learning rate does, and means less. */
function seeds({ a, b }: Sides): string[] {
  const paths = differences([a.experiment, b.experiment]).map(({ path }) => path);
  if (paths.length !== 1 || paths[0] !== 'seed') return [];
  return [`No other parameter than the seed differs: so far apart can seeds alone bring ${a.letter} and ${b.letter}.`];
}
