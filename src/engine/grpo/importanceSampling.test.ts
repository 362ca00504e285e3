/** Correction factors: as formulas say, and the same in a graph as in numbers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { floats, numbers, runOnce } from '../../../test/support/onnx.ts';
import { Graph } from '../onnx/graph.ts';
import { correctionFactor, correctionFactors } from './importanceSampling.ts';

/** Ratios of the old policy to the sampler. The last two are beyond what exp is given. */
const RATIOS = [1, 0.25, 0.5, 0.9, 1.5, 4, 6, Math.exp(-30), Math.exp(30)];
const OLD = Float32Array.from(RATIOS, (_, token) => -token - 1);
const ROLLOUT = Float32Array.from(RATIOS, (ratio, token) => (OLD[token] ?? NaN) - Math.log(ratio));

for (const [mode, expected] of [
  ['truncate', [1, 0.25, 0.5, 0.9, 1.5, 2, 2, Math.exp(-20), 2]],
  ['mask', [1, 0, 0, 0.9, 1.5, 4, 0, 0, 0]],
] as const)
  test(mode, async () => {
    // A little above 0.5, so that no rounding decides.
    const options = { mode, cap: 2, low: 0.51, high: 5 };
    const graph = new Graph();
    const old = graph.input('old', 'float32', ['tokens']);
    const rollout = graph.input('rollout', 'float32', ['tokens']);
    const [inGraph] = await runOnce(graph, [correctionFactors(old, rollout, options)], {
      old: floats([OLD.length], OLD),
      rollout: floats([OLD.length], ROLLOUT),
    });
    assert.ok(inGraph);
    const ofNumbers = RATIOS.map((ratio) => correctionFactor(ratio, options));
    for (const found of [numbers(inGraph), ofNumbers])
      for (const [token, factor] of expected.entries())
        assert.ok(Math.abs((found[token] ?? NaN) - factor) <= 2e-6 * Math.max(1, factor), `${token}: ${found[token]}`);
  });
