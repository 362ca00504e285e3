/** A part of `run.ts`, with fewer comparisons: what the suite has time for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { carelessClaims, checkpointClaims, familyClaims, recipeClaims, type Simulation } from './claims.ts';
import type { World } from './policies.ts';

const COMPARISONS = 400;
/** What of 400 comparisons claims something in 97.5 % of all cases where 5 % do in truth. */
const BOUND = 0.0725;

const world: World = { problems: 100, accuracy: 0.3, samples: 1, greedy: false, seedDeviation: 0.02 };
const simulation = (id: number, changes: Partial<World> = {}, difference = 0): Simulation => ({
  world: { ...world, ...changes },
  difference,
  comparisons: COMPARISONS,
  id,
});

test('checkpoints without a difference are rarely said to have one', () => {
  for (const [id, samples] of [1, 4].entries())
    for (const greedy of [false, true]) {
      const claimed = checkpointClaims(simulation(10 * id + Number(greedy), { samples, greedy }));
      assert.ok(claimed <= BOUND, `${claimed} with ${samples} samples${greedy ? ', greedily' : ''}`);
    }
});

test('nor are recipes, whose runs are further apart than problems explain', () => {
  for (const seeds of [3, 5]) {
    const claimed = recipeClaims(simulation(20 + seeds, { seedDeviation: 0.05 }), seeds);
    assert.ok(claimed <= BOUND, `${claimed} with ${seeds} seeds`);
  }
});

test('who leaves out what seeds do claims it far too often: the simulation has something to find', () => {
  assert.ok(carelessClaims(simulation(30, { seedDeviation: 0.05, samples: 4 }), 3) > 0.2);
});

test('of several comparisons with one baseline none claims, as rarely as one alone', () => {
  const claimed = familyClaims(simulation(40, { samples: 4, seedDeviation: 0 }), 4);
  assert.ok(claimed <= BOUND, String(claimed));
});

test('ten points are seen', () => {
  assert.ok(checkpointClaims(simulation(50, { problems: 500 }, 0.1)) >= 0.8);
  assert.ok(recipeClaims(simulation(51, { problems: 500 }, 0.1), 3) >= 0.8);
});
