/** Runs that differ in nothing but their seed are runs of one recipe: how far apart seeds alone bring the result. */
import type { ComparedRun, SeedGroup } from '../../protocol/comparison.ts';
import { rayEffect } from '../../protocol/rayConfig.ts';
import type { RunReader } from '../../run/reader.ts';
import { percent } from '../../words/format.ts';
import { hashHistories } from '../rewardHistory.ts';
import { canonical, withoutRunSeed } from './differences.ts';
import { measuredAtEnd } from './heldOut.ts';
import { lastOfEachSeed, seedMean, seedSpread } from './seedSpread.ts';

/** The same text for runs that differ in nothing but their seed. */
export function recipeOf(reader: RunReader): string {
  const { modelHash, datasetHash, engineVersion, provider } = reader.manifest;
  const read = reader.experiment();
  const { dataset, tasks = {}, rewards: asked, ...others } = read;
  // The seed of a run without one for its parts is theirs too: whether the problems are the same is looked at where it matters.
  const parts = [{ dataset }, ...Object.values(tasks)].map((task) => ({
    ...task,
    dataset: { ...task.dataset, splitSeed: null },
  }));
  const rewards = asked.map((reward) => withoutRunSeed(reward, others.seed));
  const data = [Object.keys(tasks), parts];
  const experiment = { ...others, rewards, $schema: null, name: null, seed: null, cost: null, ray: rayEffect(read) };
  const code = hashHistories(reader.manifest, reader.rewardVersions());
  return canonical([experiment, data, modelHash, datasetHash, code, engineVersion, provider]);
}

/** In the order in which recipes come first. */
export function byRecipe<Run extends { readonly recipe: string }>(runs: readonly Run[]): Run[][] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) groups.set(run.recipe, [...(groups.get(run.recipe) ?? []), run]);
  return [...groups.values()];
}

/** Groups of at least two runs with different seeds, of those that were evaluated after their last step. */
export function seedGroups(runs: readonly { readonly facts: ComparedRun; readonly recipe: string }[]): SeedGroup[] {
  return byRecipe(runs).flatMap((group) => {
    const finished = group.map(({ facts }) => facts).filter((facts) => measuredAtEnd('final', facts));
    const members = lastOfEachSeed(finished);
    const accuracies = members.flatMap(({ final }) => (final === null ? [] : [final.accuracy.value]));
    if (members.length < 2) return [];
    const found = { runs: members.map(({ letter }) => letter), ...seedSpread(accuracies) };
    const problems = new Set(members.map(({ provenance }) => provenance.heldOut));
    return [{ ...found, sentence: sentenceOf(found, problems.size === 1) }];
  });
}

function sentenceOf(
  { runs, mean, spread, lowest, highest }: Omit<SeedGroup, 'sentence'>,
  sameProblems: boolean,
): string {
  return (
    `${runs.join(', ')} differ in their seed alone: ${seedMean({ mean, lowest, highest })} on average over seeds, on ${sameProblems ? 'the same' : 'different'} problems; ` +
    `from ${percent(lowest)} to ${percent(highest)} (standard deviation ${(100 * spread).toFixed(1)} points).`
  );
}
