/**
 * Several decode steps in one run: a loop over the decode step and its draw, in which a drawn token is the next one's. What rows and
 * prompts have cached is read where it lies in every step, so that where it has to be brought to a graphics card it is brought once for all of
 * these tokens. What the steps add has places of its own, as many as there can be steps, which are filled one after another.
 */
import { decodeForward } from '../model/forward.ts';
import type { KeyValues } from '../model/sharedPromptAttention.ts';
import { Graph, type Value } from '../onnx/graph.ts';
import {
  add,
  equal,
  gather,
  less,
  loop,
  min,
  or,
  range,
  reduceMax,
  reshape,
  where,
  zeros,
} from '../onnx/operations.ts';
import { serialize, type ModelBytes } from '../onnx/serialize.ts';
import { cacheOutputs, decodeInputs, forwardOptions, NAMES, sampleFrom, type TracedPolicy } from './graphs.ts';
import { NUCLEUS_CANDIDATES, SAMPLING_INPUTS, type SamplingPlan } from './sampling.ts';

/**
 * Tokens of each row in one run. With 32 rows of GPT-2 124M of 256 tokens, 604 MB of keys and values, the way to the card is 3 ms a token at 12
 * GB/s, less than a step computes; twice as many would halve that and double what a row that ends within a run computes in vain, half of
 * this on the mean.
 */
export const CHUNK_STEPS = 16;

/** What one step hands to the next. */
interface State {
  /** int64 `[rows]` */
  readonly tokens: Value;
  /** bool `[rows, vocabulary]`, without `tokens`; with a penalty. */
  readonly seen: Value | null;
  /** `[rows, hidden]`: what the tokens were drawn from, where a draw may have to be made again. */
  readonly hidden: Value | null;
  /** `[rows, keyValueHeads, CHUNK_STEPS, headSize]` of each layer. */
  readonly chunk: readonly KeyValues[];
}

/** Whether a nucleus may go on beyond the candidates, of which there are `NUCLEUS_CANDIDATES` at most. */
function mayLackCandidates({ truncation }: SamplingPlan, vocabularySize: number): boolean {
  return truncation === 'nucleus' && vocabularySize > NUCLEUS_CANDIDATES;
}

/**
 * The inputs of a decode graph, `steps` (int64 scalar, at most `CHUNK_STEPS`) and the plan's, with `uniforms` `[steps, rows]`, to what a
 * sampling graph returns, `[passes, rows]`, and `layer.N.keys`, `layer.N.values` `[rows, keyValueHeads, CHUNK_STEPS, headSize]`.
 *
 * There are as many passes as steps, or fewer: one in which a nucleus takes up all candidates is the last. Its draw is to be made again, from
 * `hidden` `[rows, hidden]` and with `seenBefore`, which such a plan returns beside. A row goes on after its end, at the end of the context
 * with the last position: what it draws there is for nobody.
 */
export function buildChunkGraph(policy: TracedPolicy, plan: SamplingPlan): ModelBytes {
  const graph = new Graph();
  const { keyValueHeads, headSize, hiddenSize, vocabularySize, contextLength } = policy.architecture;
  const { tokens, rows, past } = decodeInputs(graph, policy);
  const uniforms = plan.greedy ? null : graph.input(SAMPLING_INPUTS.uniforms, 'float32', ['steps', 'rows']);
  const redraws = mayLackCandidates(plan, vocabularySize);
  const empty = zeros(graph, ['rows', keyValueHeads, CHUNK_STEPS, headSize]);
  const first: State = {
    tokens,
    seen: plan.penalty ? graph.input(SAMPLING_INPUTS.seen, 'bool', ['rows', vocabularySize]) : null,
    hidden: redraws ? zeros(graph, ['rows', hiddenSize]) : null,
    chunk: past.map(() => ({ keys: empty, values: empty })),
  };
  const { carried, kept } = loop(graph.input(NAMES.steps, 'int64', []), 'passes', flat(first), (step, given) => {
    const state = named(given, first);
    const positions = min(add(rows.positions, step), contextLength - 1);
    const caches = past.map((layer, index) => ({ ...layer, chunk: state.chunk[index] ?? null }));
    const forward = decodeForward(forwardOptions(graph, policy), state.tokens, { ...rows, positions, step }, caches);
    const seen = state.seen && or(state.seen, isToken(state.tokens, vocabularySize));
    const drawn = sampleFrom(forward.hidden, policy, plan, { uniforms: uniforms && gather(uniforms, step), seen });
    const isNew = reshape(equal(range(graph, CHUNK_STEPS), step), [1, 1, CHUNK_STEPS, 1]);
    const next: State = {
      tokens: drawn[NAMES.drawn],
      seen,
      hidden: redraws ? forward.hidden : null,
      chunk: forward.caches.map(({ keys, values }, layer) => ({
        keys: where(isNew, keys, state.chunk[layer]?.keys ?? keys),
        values: where(isNew, values, state.chunk[layer]?.values ?? values),
      })),
    };
    const candidates = drawn[NAMES.kept];
    return {
      carried: flat(next),
      kept: drawn,
      goesOn: redraws && candidates ? less(reduceMax(candidates, [0]), NUCLEUS_CANDIDATES) : null,
    };
  });
  const last = named(carried, first);
  return serialize(graph, {
    ...kept,
    ...(last.hidden && { [NAMES.hidden]: last.hidden }),
    ...(last.hidden && last.seen && { [NAMES.seenBefore]: last.seen }),
    ...cacheOutputs(last.chunk),
  });
}

/** bool `[rows, vocabulary]` */
function isToken(tokens: Value, vocabularySize: number): Value {
  const [rows = 0] = tokens.shape;
  return equal(reshape(tokens, [rows, 1]), reshape(range(tokens.graph, vocabularySize), [1, vocabularySize]));
}

function flat({ tokens, seen, hidden, chunk }: State): Value[] {
  return [tokens, seen, hidden, ...chunk.flatMap(({ keys, values }) => [keys, values])].filter(
    (value) => value !== null,
  );
}

/** The state whose values these are, in the order of `flat`. @param like has what it has */
function named(values: readonly Value[], like: State): State {
  const rest = values[Symbol.iterator]();
  const next = (): Value => {
    const { value } = rest.next();
    if (!value) throw new Error('a step hands on what it was given');
    return value;
  };
  return {
    tokens: next(),
    seen: like.seen && next(),
    hidden: like.hidden && next(),
    chunk: like.chunk.map(() => ({ keys: next(), values: next() })),
  };
}
