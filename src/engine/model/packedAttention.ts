/**
 * Causal attention over a packed batch (`tokenLayout.ts`): a prompt attends to itself, a completion to its prompt and to itself in one
 * softmax. The rows of a prompt stand beside each other before its keys, so that nothing is repeated and the gradient of the keys is one
 * product; so do grouped queries (arXiv:2305.13245).
 */
import type { Value } from '../onnx/graph.ts';
import {
  add,
  and,
  concat,
  greater,
  less,
  matmul,
  mul,
  range,
  reduceSum,
  reshape,
  softmax,
  split,
  sub,
  transpose,
  where,
} from '../onnx/operations.ts';
import { dimAt, dimProduct, type Dim } from '../onnx/shape.ts';
import type { AttentionSpec } from './architecture.ts';
import { causalMask, MASKED, rotateStep, scaled } from './attention.ts';
import { fromBlocks, toBlocks, type Blocks, type TokenLayout } from './tokenLayout.ts';

/** q `[tokens, heads * headSize]` over k and v `[tokens, keyValueHeads * headSize]`, to `[tokens, heads * headSize]`. */
export function packedAttention(q: Value, k: Value, v: Value, spec: AttentionSpec, layout: TokenLayout): Value {
  const { graph } = q;
  const { heads, keyValueHeads, headSize, window } = spec;
  const promptTime = dimAt('attention', layout.promptTokens.shape, 1);
  const time = dimAt('attention', layout.completionTokens.shape, 2);
  const queries = byGroup(toBlocks(scaledQueries(rotated(q, heads, spec, layout), spec), layout), spec);
  const keys = byHead(toBlocks(rotated(k, keyValueHeads, spec, layout), layout), spec);
  const values = byHead(toBlocks(v, layout), spec);

  const prompts = attend(queries.prompts, [
    { keys: keys.prompts, values: values.prompts, mask: causalMask(graph, promptTime, window) },
  ]);
  const completions = attend(queries.completions, [
    { keys: keys.prompts, values: values.prompts, mask: promptMask(layout, window) },
    { keys: keys.completions, values: values.completions, mask: causalMask(graph, time, window) },
  ]);
  const merged = (x: Value, permutation: readonly number[], leading: readonly Dim[]): Value =>
    reshape(transpose(x, permutation), [...leading, heads * headSize]);
  return fromBlocks(
    {
      prompts: merged(prompts, [0, 3, 1, 2, 4], layout.promptTokens.shape),
      completions: merged(completions, [0, 2, 4, 1, 3, 5], layout.completionTokens.shape),
    },
    layout,
  );
}

/** Each token by its own position. */
function rotated(x: Value, heads: number, { rotary, headSize }: AttentionSpec, { positions }: TokenLayout): Value {
  if (!rotary) return x;
  const tokens = dimAt('attention', x.shape, 0);
  return reshape(rotateStep(reshape(x, [tokens, heads, 1, headSize]), rotary, positions, tokens), x.shape);
}

function scaledQueries(q: Value, spec: AttentionSpec): Value {
  const tokens = dimAt('attention', q.shape, 0);
  return reshape(scaled(reshape(q, [tokens, spec.heads, spec.headSize]), spec), q.shape);
}

/**
 * Queries `[prompts, keyValueHeads, groups, promptTime, headSize]` of prompts and `[prompts, keyValueHeads, width, groups, time, headSize]`
 * of completions, where `groups` are the heads that share a key.
 */
function byGroup({ prompts, completions }: Blocks, { heads, keyValueHeads, headSize }: AttentionSpec): Blocks {
  const parted = [keyValueHeads, heads / keyValueHeads, headSize];
  const split = (x: Value): Value => reshape(x, [...x.shape.slice(0, -1), ...parted]);
  return {
    prompts: transpose(split(prompts), [0, 2, 3, 1, 4]),
    completions: transpose(split(completions), [0, 3, 1, 4, 2, 5]),
  };
}

/** Keys or values `[prompts, keyValueHeads, promptTime, headSize]` and `[prompts, keyValueHeads, width, time, headSize]`. */
function byHead({ prompts, completions }: Blocks, { keyValueHeads, headSize }: AttentionSpec): Blocks {
  const split = (x: Value): Value => reshape(x, [...x.shape.slice(0, -1), keyValueHeads, headSize]);
  return {
    prompts: transpose(split(prompts), [0, 2, 1, 3]),
    completions: transpose(split(completions), [0, 3, 1, 2, 4]),
  };
}

/** `[prompts, 1, 1, 1, 1 or time, promptTime]`: 0 where a completion sees a token of its prompt, else far below 0. */
function promptMask({ promptLengths, promptTokens, completionTokens }: TokenLayout, window: number | null): Value {
  const { graph } = promptLengths;
  const [prompts = 0, promptTime = 0] = promptTokens.shape;
  const time = dimAt('attention', completionTokens.shape, 2);
  const length = reshape(promptLengths, [prompts, 1, 1, 1, 1, 1]);
  const key = reshape(range(graph, promptTime), [1, 1, 1, 1, 1, promptTime]);
  const real = less(key, length);
  if (window === null) return where(real, graph.scalar(0), MASKED);
  const query = add(length, reshape(range(graph, time), [1, 1, 1, 1, time, 1]));
  return where(and(real, greater(key, sub(query, window))), graph.scalar(0), MASKED);
}

/** Some of the keys that queries `[..., headSize]` attend to, with the first of their axes in common. */
interface AttendedPart {
  /** `[shared axes, keys, headSize]` */
  readonly keys: Value;
  readonly values: Value;
  /** Added to the scores: of a shape that broadcasts to that of the queries, with the keys in place of `headSize`. */
  readonly mask: Value;
}

/**
 * softmax(q K^T + mask) V over the keys of all parts together, of q's shape. With the weights w, the output o and its gradient g, the
 * gradient of the scores is w (g V^T - g . o) (arXiv:2205.14135, which keeps the sum over keys small: that of `headSize` numbers).
 */
function attend(queries: Value, parts: readonly AttendedPart[]): Value {
  const outer = queries.shape.slice(0, -1);
  const size = dimAt('attention', queries.shape, -1);
  // Of a part, the axes that queries do not share with keys are one: that of the rows of the products.
  const shared = ({ keys }: AttendedPart) => keys.shape.slice(0, -2);
  const asRows = (x: Value, part: AttendedPart): Value => {
    const leading = shared(part);
    const rows = dimProduct(outer.slice(leading.length));
    return reshape(x, [...leading, rows, dimAt('attention', x.shape, -1)]);
  };
  const counts = parts.map(({ keys }) => dimAt('attention', keys.shape, -2));
  let weights: readonly Value[] = [];
  const [output] = queries.graph.composite(
    [queries, ...parts.flatMap(({ keys, values }) => [keys, values])],
    () => {
      const scores = parts.map((part, index) =>
        add(
          reshape(matmul(asRows(queries, part), part.keys, { transB: true }), [...outer, counts[index] ?? 0]),
          part.mask,
        ),
      );
      weights = split(softmax(concat(scores, -1)), -1, counts);
      const attended = parts.map((part, index) =>
        reshape(matmul(asRows(at(weights, index), part), part.values), [...outer, size]),
      );
      return [attended.reduce((sum, one) => add(sum, one))];
    },
    ([dOutput]) => {
      if (!dOutput || !output) return [];
      const towardsMean = reduceSum(mul(dOutput, output), [-1], true);
      let dQueries: Value | null = null;
      const others = parts.flatMap((part, index) => {
        const [w, g, q] = [at(weights, index), dOutput, queries].map((x) => asRows(x, part));
        if (!w || !g || !q) throw new Error('three values were arranged');
        const dScores = mul(w, sub(matmul(g, part.values, { transB: true }), asRows(towardsMean, part)));
        const contribution = reshape(matmul(dScores, part.keys), queries.shape);
        dQueries = dQueries ? add(dQueries, contribution) : contribution;
        return [matmul(dScores, q, { transA: true }), matmul(w, g, { transA: true })];
      });
      return [dQueries, ...others];
    },
  );
  if (!output) throw new Error('attention has an output');
  return output;
}

function at(values: readonly Value[], index: number): Value {
  const value = values[index];
  if (!value) throw new RangeError(`part ${index} of ${values.length}`);
  return value;
}
