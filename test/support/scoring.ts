/** Log-probabilities of given tokens by one pass over the whole sequence, without any cache: what generation must agree with. */
import { Graph } from '../../src/engine/onnx/graph.ts';
import { range, slice } from '../../src/engine/onnx/operations.ts';
import { serialize } from '../../src/engine/onnx/serialize.ts';
import { Session, type Feeds, type SessionOptions } from '../../src/engine/onnx/session.ts';
import { sequenceForward } from '../../src/engine/model/forward.ts';
import { tokenLogprobs } from '../../src/engine/model/head.ts';
import type { TracedPolicy } from '../../src/engine/rollout/graphs.ts';
import { floats, ints, numbers } from './onnx.ts';

export interface ScoredPolicy extends TracedPolicy, Omit<SessionOptions, 'use'> {
  /** The trainable tensors. */
  readonly weights: Feeds;
}

/** log softmax(logits / temperature) of each of `tokens` after `prompt` and the tokens before it. */
export async function scoreTokens(
  policy: ScoredPolicy,
  prompt: Int32Array,
  tokens: Int32Array,
  temperature: number,
): Promise<number[]> {
  const sequence = [...prompt, ...tokens];
  const graph = new Graph();
  const { architecture, parameters, adapter } = policy;
  const input = graph.input('tokens', 'int64', [1, sequence.length]);
  const { hidden, head } = sequenceForward({ graph, architecture, parameters, adapter }, input);
  const predicting = slice(hidden, 0, prompt.length - 1, sequence.length - 1);
  const targets = graph.input('targets', 'int64', [tokens.length]);
  const temperatureInput = graph.input('temperature', 'float32', []);
  const states = range(graph, tokens.length);
  const { logprobs } = tokenLogprobs({ hidden: predicting, head }, { states, targets }, temperatureInput);
  const session = await Session.open(serialize(graph, { logprobs }), { ...policy, use: 'train' });
  const feeds = {
    ...policy.weights,
    tokens: ints([1, sequence.length], sequence),
    targets: ints([tokens.length], tokens),
    temperature: floats([], [temperature]),
  };
  const outputs = await session.run(feeds, ['logprobs']);
  await session.release();
  return numbers(outputs.logprobs);
}
