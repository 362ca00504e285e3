/**
 * What the words of a comparison are worth: 1,000 comparisons of each kind, without a difference and with one of ten points, for
 * checkpoints and for recipes. Takes some minutes; `npm run simulate`. Fails where more is claimed, or less is seen, than allowed.
 */
import { mean } from '../../src/engine/evaluation/moments.ts';
import { checkpointClaims, familyClaims, recipeClaims, type Simulation } from './claims.ts';
import type { World } from './policies.ts';

const COMPARISONS = 1000;
/** What of 1,000 comparisons claims something in 97.5 % of all cases where 5 % do in truth. */
const MOST_FALSE = 0.064;
/** The same for each of about 170 settings that are looked at at once (Bonferroni); a row, of 4,000, is held to the other. */
const MOST_FALSE_IN_ANY = 0.076;
const LEAST_SEEN = 0.8;
const DIFFERENCE = 0.1;

const ACCURACIES = [0.05, 0.2, 0.5, 0.9];
/** With ten points more, they stay below 1. */
const LOWER_ACCURACIES = [0.05, 0.2, 0.45, 0.8];

let next = 1000;
let failed = 0;

function row(
  title: string,
  accuracies: readonly number[],
  claimed: (simulation: Simulation) => number,
  world: Omit<World, 'accuracy'>,
  {
    difference = 0,
    allowed,
  }: { readonly difference?: number; readonly allowed: (shares: readonly number[]) => boolean },
): void {
  const shares = accuracies.map((accuracy) =>
    claimed({ world: { ...world, accuracy }, difference, comparisons: COMPARISONS, id: next++ }),
  );
  const wrong = allowed(shares) ? 0 : 1;
  failed += wrong;
  const cells = shares.map((share) => `${(100 * share).toFixed(1)} %`.padStart(8)).join('');
  console.log(`${title.padEnd(62)}${cells}${wrong > 0 ? '  not allowed' : ''}`);
}

const rare = {
  allowed: (shares: readonly number[]) => mean(shares) <= MOST_FALSE && Math.max(...shares) <= MOST_FALSE_IN_ANY,
};
const seen = { difference: DIFFERENCE, allowed: (shares: readonly number[]) => Math.min(...shares) >= LEAST_SEEN };
const reported = { difference: DIFFERENCE, allowed: () => true };

console.log(
  `Claimed without a difference, at an accuracy of ${ACCURACIES.join(', ')} (at most ${100 * MOST_FALSE} %):`,
);
for (const greedy of [false, true])
  for (const samples of [1, 4])
    for (const problems of [100, 500]) {
      const title = `  checkpoints, ${problems} problems, ${samples} samples${greedy ? ', greedy' : ''}`;
      row(title, ACCURACIES, checkpointClaims, { problems, samples, greedy, seedDeviation: 0 }, rare);
    }
for (const problems of [100, 500]) {
  const world = { problems, samples: 4, greedy: false, seedDeviation: 0 };
  row(
    `  any of 4 checkpoints, ${problems} problems, 4 samples`,
    ACCURACIES,
    (simulation) => familyClaims(simulation, 4),
    world,
    rare,
  );
}
for (const seedDeviation of [0, 0.02, 0.05, 0.08])
  for (const seeds of [3, 5])
    for (const samples of [1, 4])
      for (const problems of [100, 500]) {
        const title = `  recipes, ${seeds} seeds ${100 * seedDeviation} points apart, ${problems} problems, ${samples} samples`;
        const world = { problems, samples, greedy: false, seedDeviation };
        row(title, ACCURACIES, (simulation) => recipeClaims(simulation, seeds), world, rare);
      }

console.log(
  `\nSeen of ten points on 500 problems, at an accuracy of ${LOWER_ACCURACIES.join(', ')} (at least ${100 * LEAST_SEEN} %):`,
);
for (const samples of [1, 4]) {
  const world = { problems: 500, samples, greedy: false, seedDeviation: 0 };
  row(`  checkpoints, ${samples} samples`, LOWER_ACCURACIES, checkpointClaims, world, seen);
}
for (const seedDeviation of [0.02, 0.05, 0.08])
  for (const seeds of [3, 5])
    for (const samples of [1, 4]) {
      const title = `  recipes, ${seeds} seeds ${100 * seedDeviation} points apart, ${samples} samples${seedDeviation > 0.02 ? ' (reported)' : ''}`;
      const world = { problems: 500, samples, greedy: false, seedDeviation };
      const bound = seedDeviation > 0.02 ? reported : seen;
      row(title, LOWER_ACCURACIES, (simulation) => recipeClaims(simulation, seeds), world, bound);
    }

if (failed > 0) {
  console.error(`\n${failed} rows are not allowed.`);
  process.exitCode = 1;
}
