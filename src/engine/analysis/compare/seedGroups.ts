/** Runs that differ in nothing but their seed are runs of one recipe: how far apart seeds alone bring the result. */
import { mean, variance } from '../../evaluation/moments.ts';
import { studentQuantile } from '../../evaluation/student.ts';
import type { ComparedRun, SeedGroup } from '../../protocol/comparison.ts';
import type { RunReader } from '../../run/reader.ts';
import { percent } from '../../words/format.ts';
import { hashHistories } from '../rewardHistory.ts';
import { canonical } from './differences.ts';

/** The same text for runs that differ in nothing but their seed. */
export function recipeOf(reader: RunReader): string {
  const { modelHash, datasetHash, engineVersion, provider } = reader.manifest;
  const { dataset, ...others } = reader.experiment();
  // The seed of a run without one for its parts is theirs too: whether the problems are the same is looked at where it matters.
  const parts = { ...dataset, splitSeed: null };
  const experiment = { ...others, dataset: parts, $schema: null, name: null, seed: null };
  const rewards = hashHistories(reader.manifest, reader.rewardVersions());
  return canonical([experiment, modelHash, datasetHash, rewards, engineVersion, provider]);
}

/** In the order in which recipes come first. */
export function byRecipe<Run extends { readonly recipe: string }>(runs: readonly Run[]): Run[][] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) groups.set(run.recipe, [...(groups.get(run.recipe) ?? []), run]);
  return [...groups.values()];
}

/** Groups of at least two runs with different seeds that have all been evaluated. */
export function seedGroups(runs: readonly { readonly facts: ComparedRun; readonly recipe: string }[]): SeedGroup[] {
  return byRecipe(runs).flatMap((group) => {
    const members = group.map(({ facts }) => facts);
    const accuracies = members.flatMap(({ final }) => (final === null ? [] : [final.accuracy.value]));
    const seeds = new Set(members.map(({ seed }) => seed));
    if (seeds.size < 2 || accuracies.length < members.length) return [];
    const found = { runs: members.map(({ letter }) => letter), ...spreadOf(accuracies) };
    const problems = new Set(members.map(({ provenance }) => provenance.heldOut));
    return [{ ...found, sentence: sentenceOf(found, problems.size === 1) }];
  });
}

function sentenceOf(
  { runs, mean, spread, lowest, highest }: Omit<SeedGroup, 'sentence'>,
  sameProblems: boolean,
): string {
  const interval = `[${(100 * mean.low).toFixed(1)}, ${(100 * mean.high).toFixed(1)}]`;
  return (
    `${runs.join(', ')} differ in their seed alone: ${percent(mean.value)} ${interval} on average over seeds, on ${sameProblems ? 'the same' : 'different'} problems; ` +
    `from ${percent(lowest)} to ${percent(highest)} (standard deviation ${(100 * spread).toFixed(1)} points).`
  );
}

/** The interval is Student's, which knows how little a few seeds tell. */
function spreadOf(values: readonly number[]): Omit<SeedGroup, 'runs' | 'sentence'> {
  const value = mean(values);
  const spread = Math.sqrt(variance(values));
  const half = (studentQuantile(values.length - 1) * spread) / Math.sqrt(values.length);
  return {
    mean: { value, low: Math.max(0, value - half), high: Math.min(1, value + half) },
    spread,
    lowest: Math.min(...values),
    highest: Math.max(...values),
  };
}
