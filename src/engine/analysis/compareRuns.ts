/** What is different between runs, and whether it made a difference. */
import { MAX_COMPARED_RUNS, type ComparedRun, type Comparison, type RunsOverview } from '../protocol/comparison.ts';
import { UserError } from '../protocol/errors.ts';
import type { RunReader } from '../run/reader.ts';
import { count } from '../words/format.ts';
import { agreementOf, agreementSentence } from './compare/agreement.ts';
import { differences } from './compare/differences.ts';
import { publishedFor } from './compare/published.ts';
import { compareWith } from './compare/results.ts';
import { letterOf, runFacts } from './compare/runFacts.ts';
import { recipeOf, seedGroups } from './compare/seedGroups.ts';
import { sideOf } from './compare/side.ts';
import { changesOf } from './rewardHistory.ts';

/**
 * Compares runs with one of them, the baseline.
 * @param baseline index of it
 * @throws UserError for more than `MAX_COMPARED_RUNS`, and where a run cannot be read
 */
export function compareRuns(readers: readonly RunReader[], baseline = 0): Comparison {
  const overview = overviewOf(readers);
  const sides = readers.map((reader, index) => sideOf({ letter: letterOf(index), reader }));
  const against = sides[baseline];
  return { ...overview, ...(against === undefined ? { pairs: [], recipes: [] } : compareWith(sides, against)) };
}

/** @throws UserError as `compareRuns` */
export function overviewOf(readers: readonly RunReader[]): RunsOverview {
  if (readers.length > MAX_COMPARED_RUNS)
    throw new UserError(`${readers.length} runs are too many to tell apart: compare at most ${MAX_COMPARED_RUNS}.`);
  const described = readers.map((reader, index) => ({
    facts: runFacts(reader, index),
    experiment: reader.experiment(),
    recipe: recipeOf(reader),
  }));
  const runs = described.map(({ facts }) => facts);
  const same = agreementOf(runs);
  return {
    runs,
    parameters: differences(described.map(({ experiment }) => experiment)),
    same,
    agreement: agreementSentence(same),
    seedGroups: seedGroups(described),
    published: publishedFor(described.map(({ experiment }) => experiment)),
    cautions: [...ofChanges(readers), ...ofSeeds(runs)],
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
    'Of two runs the intervals are about the choice of problems. Another seed moves a result too: what a method does, three seeds of it tell.',
  ];
}
