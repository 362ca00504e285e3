/** Sliding windows: how far a token reaches through the layers, and what a window that nothing falls out of is worth. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sequenceForward } from '../../src/engine/model/forward.ts';
import { headLogits } from '../../src/engine/model/head.ts';
import { loadModel } from '../../src/engine/model/loadModel.ts';
import { frozenParameters } from '../../src/engine/model/parameters.ts';
import { architectureOf } from '../../src/engine/model/registry.ts';
import { Graph } from '../../src/engine/onnx/graph.ts';
import { goldenFolder, type GoldenName } from '../support/golden.ts';
import { ints, numbers, ONE_THREAD, withSession } from '../support/onnx.ts';

/** Of the golden models. */
const WINDOW = 8;
const VOCABULARY = 97;
const TIME = 40;

/** Golden models in which every layer has the window, by the changes to their configuration that make it so. */
const WINDOWED: readonly (readonly [name: GoldenName, layers: number, windows: object, none: object])[] = [
  ['mistral', 2, {}, { sliding_window: null }],
  ['gpt-neo', 2, { attention_types: [[['local'], 2]] }, { attention_types: [[['global'], 2]] }],
  [
    'gemma3',
    3,
    { layer_types: Array(3).fill('sliding_attention') },
    { layer_types: Array(3).fill('sliding_attention'), sliding_window: TIME },
  ],
];

const TOKENS = Array.from({ length: TIME }, (_, position) => (31 * position + 5) % VOCABULARY);

/** Logits of a golden model with another configuration, one array per position. */
async function logits(name: GoldenName, changes: object, tokens: readonly number[]): Promise<number[][]> {
  const { folder, weights, weightsFolder } = await loadModel(goldenFolder(name));
  const graph = new Graph();
  const input = graph.input('tokens', 'int64', ['rows', 'time']);
  const architecture = architectureOf({ ...folder.config, ...changes });
  const parameters = frozenParameters(weights);
  const forward = sequenceForward({ graph, architecture, parameters, adapter: null }, input);
  const feeds = { tokens: ints([1, tokens.length], tokens) };
  const values = await withSession(
    graph,
    { logits: headLogits(forward) },
    async (session) => numbers((await session.run(feeds, ['logits'])).logits),
    { ...ONE_THREAD, weightsFolder },
  );
  return tokens.map((_, position) => values.slice(position * VOCABULARY, (position + 1) * VOCABULARY));
}

for (const [name, layers, windows, none] of WINDOWED) {
  test(`${name}: a token reaches one key less than the window further with every layer, and not one position more`, async () => {
    const place = 3;
    const changed = TOKENS.with(place, 90);
    const [before, after] = [await logits(name, windows, TOKENS), await logits(name, windows, changed)];
    const reached = before.flatMap((values, position) =>
      values.every((value, token) => value === after[position]?.[token]) ? [] : [position],
    );
    const reach = layers * (WINDOW - 1);
    assert.deepEqual(
      reached,
      Array.from({ length: reach + 1 }, (_, distance) => place + distance),
    );
  });

  test(`${name}: a window as long as the sequence is none`, async () => {
    const short = TOKENS.slice(0, WINDOW);
    assert.deepEqual(await logits(name, windows, short), await logits(name, none, short));
    const [long, unlimited] = [await logits(name, windows, TOKENS), await logits(name, none, TOKENS)];
    assert.deepEqual(long.slice(0, WINDOW), unlimited.slice(0, WINDOW));
    assert.notDeepEqual(long[WINDOW], unlimited[WINDOW]);
  });
}
