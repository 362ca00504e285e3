/** How often a comparison claims a difference, by its very words, where it is known whether there is one. */
import { verdictOf } from '../../src/engine/analysis/compare/verdict.ts';
import { holm } from '../../src/engine/evaluation/holm.ts';
import { pairedChange, type TestedChange } from '../../src/engine/evaluation/pairedChange.ts';
import { recipeChange } from '../../src/engine/evaluation/recipeChange.ts';
import { uniforms } from '../../src/engine/random/keyed.ts';
import { drawProblems, drawRuns, type Uniform, type World } from './policies.ts';

export interface Simulation {
  readonly world: World;
  /** True accuracy of the second over that of the first. */
  readonly difference: number;
  readonly comparisons: number;
  /** Keys its random numbers. */
  readonly id: number;
}

/** Two checkpoints: what is claimed is about these two, so that what their seeds did to them is part of what they are. */
export function checkpointClaims(simulation: Simulation): number {
  return claims(simulation, ({ world, difference }, uniform) => {
    const problems = drawProblems(world, uniform);
    const [a = []] = drawRuns({ ...world, seedDeviation: 0 }, problems, world.accuracy, 1, uniform);
    const [b = []] = drawRuns({ ...world, seedDeviation: 0 }, problems, world.accuracy + difference, 1, uniform);
    return isClaim(pairedChange(a, b), world);
  });
}

/** Two recipes, each with so many seeds. */
export function recipeClaims(simulation: Simulation, seeds: number): number {
  return claims(simulation, ({ world, difference }, uniform) => {
    const problems = drawProblems(world, uniform);
    const a = drawRuns(world, problems, world.accuracy, seeds, uniform);
    const b = drawRuns(world, problems, world.accuracy + difference, seeds, uniform);
    return isClaim(recipeChange(a, b), world);
  });
}

/** Several checkpoints against one: whether any of them is claimed to differ from it. */
export function familyClaims(simulation: Simulation, others: number): number {
  return claims(simulation, ({ world, difference }, uniform) => {
    const problems = drawProblems(world, uniform);
    const draw = (accuracy: number): number[] => drawRuns(world, problems, accuracy, 1, uniform)[0] ?? [];
    const baseline = draw(world.accuracy);
    const changes = Array.from({ length: others }, () => pairedChange(baseline, draw(world.accuracy + difference)));
    const corrected = holm(changes.map(({ pValue }) => pValue));
    return changes.some((change, index) =>
      isClaim(change, world, { comparisons: others, pValue: corrected[index] ?? 1 }),
    );
  });
}

/** The share of recipes claimed to differ by who takes their runs for more samples of the problems: what seeds do is left out. */
export function carelessClaims(simulation: Simulation, seeds: number): number {
  return claims(simulation, ({ world, difference }, uniform) => {
    const problems = drawProblems(world, uniform);
    const average = (accuracy: number): number[] => {
      const runs = drawRuns(world, problems, accuracy, seeds, uniform);
      return problems.map((_, problem) => runs.reduce((sum, run) => sum + (run[problem] ?? 0), 0) / seeds);
    };
    return isClaim(pairedChange(average(world.accuracy), average(world.accuracy + difference)), world);
  });
}

function isClaim(
  difference: TestedChange,
  { problems }: World,
  family?: { comparisons: number; pValue: number },
): boolean {
  const verdict = verdictOf({ difference, problems, ...(family && { family }) });
  return verdict === 'better' || verdict === 'worse';
}

/** The share of comparisons that claim a difference. */
function claims(simulation: Simulation, claimed: (simulation: Simulation, uniform: Uniform) => boolean): number {
  let count = 0;
  for (let comparison = 0; comparison < simulation.comparisons; comparison++)
    if (claimed(simulation, uniforms(0, 'bootstrap', [simulation.id, comparison]))) count++;
  return count / simulation.comparisons;
}
