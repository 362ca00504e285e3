import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../protocol/errors.ts';
import { freshAdapter, peftAdapter, trainableAdapter } from './adapter.ts';
import type { LinearSpec } from './architecture.ts';
import type { Adapter } from './peft.ts';

const linear = (module: string, inFeatures: number, outFeatures: number): LinearSpec => ({
  module,
  inFeatures,
  outFeatures,
  bias: false,
  layout: 'out-in',
});

/** In the order of a forward pass, which is not the alphabet's. */
const linears = [
  linear('layer.q', 3, 4),
  linear('layer.k', 3, 2),
  linear('layer.up', 4, 5),
  linear('layer.down', 5, 4),
];

const lora = { rank: 2, alpha: 4, dropout: 0.1, targets: 'all-linear', rankStabilized: false } as const;

/** An adapter of these modules, the last one first. */
function reversed(modules: readonly LinearSpec[]): Adapter {
  const { config, modules: matrices } = peftAdapter(freshAdapter(modules, lora, 5, 'base'));
  return { config, modules: new Map([...matrices].toReversed()) };
}

test("an adapter's modules and tensors stand in the model's order, whatever its own", () => {
  const fresh = freshAdapter(linears, lora, 5, 'base');
  const read = trainableAdapter(linears, reversed(linears), lora.dropout);
  assert.deepEqual([...read.layout.modules], [...fresh.layout.modules]);
  assert.deepEqual([...read.tensors], [...fresh.tensors]);
});

test('of a part of the modules only that part is there, in the order of the model', () => {
  const some = linears.filter(({ module }) => module !== 'layer.k');
  const { layout } = trainableAdapter(linears, reversed(some), 0);
  assert.deepEqual([...layout.modules.keys()], ['layer.q', 'layer.up', 'layer.down']);
});

test("dropout is the experiment's, in training and in what is saved", () => {
  const adapter = trainableAdapter(linears, reversed(linears), 0.3);
  assert.equal(adapter.layout.dropout, 0.3);
  assert.equal(peftAdapter(adapter).config.dropout, 0.3);
});

test('an adapter of another model is refused by the module that does not fit', () => {
  const refuse = (modules: readonly LinearSpec[], message: RegExp): void => {
    assert.throws(
      () => trainableAdapter(linears, reversed(modules), 0),
      (error) => error instanceof UserError && message.test(error.message),
    );
  };
  refuse([...linears, linear('layer.v', 3, 2)], /changes layer\.v, which this model does not have/);
  refuse([linear('layer.k', 3, 4)], /matrices of layer\.k do not fit/);
});
