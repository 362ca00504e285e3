/** Runs that differ in nothing but their seed are runs of one recipe: how far apart seeds alone bring the result. */
import { mean, variance } from '../../evaluation/moments.ts';
import { studentQuantile } from '../../evaluation/student.ts';
import type { ComparedRun, SeedGroup } from '../../protocol/comparison.ts';
import type { RunReader } from '../../run/reader.ts';
import { percent } from '../../words/format.ts';
import { hashHistories } from '../rewardHistory.ts';
import { canonical, withoutRunSeed } from './differences.ts';

/** The same text for runs that differ in nothing but their seed. */
export function recipeOf(reader: RunReader): string {
  const { modelHash, datasetHash, engineVersion, provider } = reader.manifest;
  const { dataset, rewards: asked, ...others } = reader.experiment();
  // The seed of a run without one for its parts is theirs too: whether the problems are the same is looked at where it matters.
  const parts = { ...dataset, splitSeed: null };
  const rewards = asked.map((reward) => withoutRunSeed(reward, others.seed));
  const experiment = { ...others, dataset: parts, rewards, $schema: null, name: null, seed: null, cost: null };
  const code = hashHistories(reader.manifest, reader.rewardVersions());
  return canonical([experiment, modelHash, datasetHash, code, engineVersion, provider]);
}

/** In the order in which recipes come first. */
export function byRecipe<Run extends { readonly recipe: string }>(runs: readonly Run[]): Run[][] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) groups.set(run.recipe, [...(groups.get(run.recipe) ?? []), run]);
  return [...groups.values()];
}

/** Of runs with the same seed the last: they are the same run, as far as machines agree. */
export function lastOfEachSeed<Run extends { readonly seed: number }>(runs: readonly Run[]): Run[] {
  return [...new Map(runs.map((run) => [run.seed, run])).values()];
}

/** Groups of at least two runs with different seeds, of those that were evaluated after their last step. */
export function seedGroups(runs: readonly { readonly facts: ComparedRun; readonly recipe: string }[]): SeedGroup[] {
  return byRecipe(runs).flatMap((group) => {
    const finished = group.map(({ facts }) => facts).filter(({ final, steps }) => final?.step === steps);
    const members = lastOfEachSeed(finished);
    const accuracies = members.flatMap(({ final }) => (final === null ? [] : [final.accuracy.value]));
    if (members.length < 2) return [];
    const found = { runs: members.map(({ letter }) => letter), ...spreadOf(accuracies) };
    const problems = new Set(members.map(({ provenance }) => provenance.heldOut));
    return [{ ...found, sentence: sentenceOf(found, problems.size === 1) }];
  });
}

function sentenceOf(
  { runs, mean, spread, lowest, highest }: Omit<SeedGroup, 'sentence'>,
  sameProblems: boolean,
): string {
  // Seeds that happen to agree do not make the mean certain.
  const interval = lowest === highest ? '' : ` [${(100 * mean.low).toFixed(1)}, ${(100 * mean.high).toFixed(1)}]`;
  return (
    `${runs.join(', ')} differ in their seed alone: ${percent(mean.value)}${interval} on average over seeds, on ${sameProblems ? 'the same' : 'different'} problems; ` +
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
