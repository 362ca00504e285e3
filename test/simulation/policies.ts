/** Simulated training: policies whose true accuracy is known, evaluated on problems that differ in difficulty. */

/** What is simulated; shares from 0 to 1. */
export interface World {
  readonly problems: number;
  /** True accuracy of the recipe over all problems of the kind. */
  readonly accuracy: number;
  /** Of each problem. */
  readonly samples: number;
  /** Whether a policy answers a problem always or never the same way, as when it decodes greedily. */
  readonly greedy: boolean;
  /** Standard deviation, over seeds, of a run's true accuracy. */
  readonly seedDeviation: number;
}

/** In logits: how much problems differ in difficulty for all policies, for each recipe, and for each run. */
const SPREADS = { problem: 1.5, recipe: 0.5, run: 0.5 };
/** Greedy decoding: what is a little more likely than not is nearly always done. */
const GREEDY_SCALE = 20;

/** Numbers in [0, 1). */
export type Uniform = () => number;

export function normal(uniform: Uniform): number {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** How hard each problem is, for everyone. */
export function drawProblems({ problems }: World, uniform: Uniform): number[] {
  return Array.from({ length: problems }, () => SPREADS.problem * normal(uniform));
}

/**
 * Runs of one recipe with different seeds, each evaluated on the problems: by run, the share of samples of each problem that is
 * solved.
 * @param accuracy true accuracy of the recipe; that of its runs lies around it
 */
export function drawRuns(
  world: World,
  difficulties: readonly number[],
  accuracy: number,
  seeds: number,
  uniform: Uniform,
): number[][] {
  const recipe = difficulties.map((difficulty) => difficulty + SPREADS.recipe * normal(uniform));
  return Array.from({ length: seeds }, () => {
    const target = Math.min(0.998, Math.max(0.002, accuracy + world.seedDeviation * normal(uniform)));
    return evaluate(world, recipe, target, uniform);
  });
}

function evaluate(world: World, recipe: readonly number[], accuracy: number, uniform: Uniform): number[] {
  const scale = world.greedy ? GREEDY_SCALE : 1;
  const intercept = interceptOf(accuracy, scale);
  return recipe.map((ease) => {
    const solved = 1 / (1 + Math.exp(-scale * (intercept + ease + SPREADS.run * normal(uniform))));
    let right = 0;
    for (let sample = 0; sample < world.samples; sample++) if (uniform() < solved) right++;
    return right / world.samples;
  });
}

/** Nodes of the normal distribution, by which a mean over all problems is taken. */
const NODES = Array.from({ length: 400 }, (_, index) => -6 + (12 * (index + 0.5)) / 400);
const WEIGHTS = NODES.map((node) => Math.exp((-node * node) / 2));
const TOTAL_WEIGHT = WEIGHTS.reduce((sum, weight) => sum + weight, 0);
const SPREAD = Math.hypot(SPREADS.problem, SPREADS.recipe, SPREADS.run);
/** Logits between two entries of the tables. */
const STEP = 0.01;
const FARTHEST = 12;

/** By scale: the mean accuracy at each intercept, ascending. */
const tables = new Map<number, readonly number[]>();

/** The logit that a policy must have on average for its accuracy over all problems to be the given one. */
function interceptOf(accuracy: number, scale: number): number {
  const table = tables.get(scale) ?? tableOf(scale);
  tables.set(scale, table);
  const above = table.findIndex((value) => value >= accuracy);
  const [low = 0, high = 1] = [table[above - 1], table[above]];
  return -FARTHEST + STEP * (above - 1 + (accuracy - low) / (high - low));
}

function tableOf(scale: number): number[] {
  return Array.from({ length: 1 + Math.round((2 * FARTHEST) / STEP) }, (_, index) => {
    const intercept = -FARTHEST + STEP * index;
    const sum = NODES.reduce(
      (total, node, at) => total + (WEIGHTS[at] ?? 0) / (1 + Math.exp(-scale * (intercept + SPREAD * node))),
      0,
    );
    return sum / TOTAL_WEIGHT;
  });
}
