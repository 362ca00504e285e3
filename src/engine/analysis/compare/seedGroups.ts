/** Runs that differ in nothing but their seed: how far apart seeds alone bring the result. */
import type { ComparedRun, SeedGroup } from '../../protocol/comparison.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import { percent } from '../../words/format.ts';
import { canonical } from './differences.ts';

/** Groups of at least two runs with different seeds that have all been evaluated. */
export function seedGroups(
  runs: readonly { readonly facts: ComparedRun; readonly experiment: Experiment }[],
): SeedGroup[] {
  const groups = new Map<string, ComparedRun[]>();
  for (const { facts, experiment } of runs) {
    const { model, dataset, rewards, engineVersion, provider } = facts.provenance;
    const recipe = { ...experiment, $schema: null, name: null, seed: null };
    const key = canonical([recipe, model, dataset, rewards, engineVersion, provider]);
    groups.set(key, [...(groups.get(key) ?? []), facts]);
  }
  return [...groups.values()].flatMap((members) => {
    const accuracies = members.flatMap(({ final }) => (final === null ? [] : [final.accuracy.value]));
    const seeds = new Set(members.map(({ seed }) => seed));
    if (seeds.size < 2 || accuracies.length < members.length) return [];
    const group = { runs: members.map(({ letter }) => letter), ...spreadOf(accuracies) };
    return [{ ...group, sentence: sentenceOf(group) }];
  });
}

function sentenceOf({ runs, mean, spread, lowest, highest }: Omit<SeedGroup, 'sentence'>): string {
  return (
    `${runs.join(', ')} differ in their seed alone: ${percent(mean)} on average, from ${percent(lowest)} to ${percent(highest)} ` +
    `(standard deviation ${(100 * spread).toFixed(1)} points).`
  );
}

function spreadOf(values: readonly number[]): Omit<SeedGroup, 'runs' | 'sentence'> {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    spread: Math.sqrt(squares / (values.length - 1)),
    lowest: Math.min(...values),
    highest: Math.max(...values),
  };
}
