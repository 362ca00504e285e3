/** What is different between runs, and whether it made a difference. */
import { MAX_COMPARED_RUNS, type ComparedRun, type Comparison, type RunsOverview } from '../protocol/comparison.ts';
import { UserError } from '../protocol/errors.ts';
import type { RunReader } from '../run/reader.ts';
import { count } from '../words/format.ts';
import { agreementOf, agreementSentence } from './compare/agreement.ts';
import { differences } from './compare/differences.ts';
import { comparePair } from './compare/pair.ts';
import { letterOf, runFacts } from './compare/runFacts.ts';
import { seedGroups } from './compare/seedGroups.ts';
import { changesOf } from './rewardHistory.ts';

/**
 * Compares runs with one of them, the baseline.
 * @param baseline index of it
 * @throws UserError for more than `MAX_COMPARED_RUNS`, and where a run cannot be read
 */
export function compareRuns(readers: readonly RunReader[], baseline = 0): Comparison {
  const contenders = readers.map((reader, index) => ({ letter: letterOf(index), reader }));
  const against = contenders[baseline];
  const others = contenders.filter((contender) => contender !== against);
  return {
    ...overviewOf(readers),
    pairs: against === undefined ? [] : others.map((other) => comparePair(against, other)),
  };
}

/** @throws UserError as `compareRuns` */
export function overviewOf(readers: readonly RunReader[]): RunsOverview {
  if (readers.length > MAX_COMPARED_RUNS)
    throw new UserError(`${readers.length} runs are too many to tell apart: compare at most ${MAX_COMPARED_RUNS}.`);
  const described = readers.map((reader, index) => ({
    facts: runFacts(reader, index),
    experiment: reader.experiment(),
  }));
  const runs = described.map(({ facts }) => facts);
  const same = agreementOf(runs);
  return {
    runs,
    parameters: differences(described.map(({ experiment }) => experiment)),
    same,
    agreement: agreementSentence(same),
    seedGroups: seedGroups(described),
    cautions: [...ofChanges(readers), ...ofSeeds(runs), ...ofMany(runs.length - 1)],
  };
}

/** What was measured by the code of before is not compared. */
function ofChanges(readers: readonly RunReader[]): string[] {
  return readers.flatMap((reader, index) => {
    const changes = changesOf(reader.rewardVersions(), reader.experiment());
    if (changes.length === 0) return [];
    const where = changes.map(({ step, rewards }) => `at step ${count(step)} (${rewards.join(', ')})`).join(' and ');
    const results = changes.some(({ solved }) => solved) ? ' Results of before the change are left out.' : '';
    return [`The reward of ${letterOf(index)} was changed while it trained, ${where}.${results}`];
  });
}

function ofSeeds(runs: readonly ComparedRun[]): string[] {
  if (runs.length < 2) return [];
  return [
    'The intervals are about the choice of problems. Another seed moves a result too: repeat what matters with other seeds.',
  ];
}

/** From this number of comparisons on, one that looks different by chance is no surprise. */
const MANY_COMPARISONS = 3;
/** What is outside of a 95 % interval by chance. */
const CHANCE = 0.05;

function ofMany(comparisons: number): string[] {
  if (comparisons < MANY_COMPARISONS) return [];
  // Bonferroni's bound, which holds although the comparisons share a baseline.
  const chance = Math.round(100 * Math.min(1, CHANCE * comparisons));
  return [
    `Of ${comparisons} comparisons that show nothing, one or more would look like a difference with a chance of up to ${chance} %.`,
  ];
}
