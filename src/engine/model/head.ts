/** From hidden states to log-probabilities: the output head and the softmax as one composite with a gradient rule of its own. */
import type { Value } from '../onnx/graph.ts';
import {
  add,
  div,
  exp,
  gather,
  gatherElements,
  logSoftmax,
  matmul,
  mul,
  neg,
  reduceSum,
  reshape,
  scatterAdd,
  zeros,
} from '../onnx/operations.ts';
import { dimAt, dimProduct } from '../onnx/shape.ts';
import type { Architecture, ForwardContext } from './architecture.ts';
import type { FrozenMatrix } from './frozenMatrix.ts';

/** The output head: logits are h W^T + b. */
export interface Head<Weight extends HeadWeight = Value> {
  /** `[vocabulary, hidden]`, as a value or in few bits. */
  readonly weight: Weight;
  /** `[vocabulary]`; null where the architecture has none. */
  readonly bias: Value | null;
}

export type HeadWeight = Value | FrozenMatrix;

/** Hidden states `[tokens, hidden]` with the head that makes logits of them. */
export interface HeadInput<Weight extends HeadWeight = Value> {
  readonly hidden: Value;
  readonly head: Head<Weight>;
}

/** An architecture's head, from wherever a graph has its parameters. */
export function headOf(architecture: Architecture, context: Pick<ForwardContext, 'parameter'>): Head;
/** @param matrix of the head, where that is in few bits */
export function headOf(
  architecture: Architecture,
  context: Pick<ForwardContext, 'parameter'>,
  matrix: FrozenMatrix | null,
): Head<HeadWeight>;
export function headOf(
  architecture: Architecture,
  context: Pick<ForwardContext, 'parameter'>,
  matrix: FrozenMatrix | null = null,
): Head<HeadWeight> {
  const { vocabularySize, hiddenSize, headParameter } = architecture;
  return {
    weight: matrix ?? context.parameter(headParameter, [vocabularySize, hiddenSize]),
    bias: headBiasOf(architecture, context),
  };
}

/** `[vocabulary]`; null where the architecture has none. */
function headBiasOf(
  { vocabularySize, headBias }: Architecture,
  context: Pick<ForwardContext, 'parameter'>,
): Value | null {
  return headBias === null ? null : context.parameter(headBias, [vocabularySize]);
}

function isMatrix(weight: HeadWeight): weight is FrozenMatrix {
  return 'forward' in weight;
}

/** `[tokens, vocabulary]` */
export function headLogits({ hidden, head: { weight, bias } }: HeadInput<HeadWeight>): Value {
  const logits = isMatrix(weight) ? weight.forward(hidden) : matmul(hidden, weight, { transB: true });
  return bias ? add(logits, bias) : logits;
}

/** What gives the logits divided by `temperature`, a float scalar, without dividing the logits, which are many more numbers. */
export function atTemperature<Weight extends HeadWeight>(
  { hidden, head }: HeadInput<Weight>,
  temperature: Value,
): HeadInput<Weight> {
  return {
    hidden: div(hidden, temperature),
    head: { weight: head.weight, bias: head.bias && div(head.bias, temperature) },
  };
}

/** What is predicted: `picked` tokens, several of which may follow on one hidden state, as the first tokens of a group's completions do. */
export interface Predictions {
  /** int64 `[picked]`: the hidden state that predicts each token. */
  readonly states: Value;
  /** int64 `[picked]`: the tokens. */
  readonly targets: Value;
}

export interface TokenLogprobs {
  /** log softmax(logits / temperature) at the target, `[picked]`. */
  readonly logprobs: Value;
  /** Entropy of the same distribution in nats, `[picked]`. */
  readonly entropies: Value;
}

/**
 * `temperature` is a float scalar. Logits are computed once for each hidden state.
 * A head in few bits is turned back into float32 for its gradient: rounded to levels of the largest, the many small probabilities would be 0.
 * With p = softmax(z), z = (h W^T + b) / T: d log p_t / dz = onehot_t - p, and dH / dz = -p (log p + H).
 */
export function tokenLogprobs(
  input: HeadInput<HeadWeight>,
  { states, targets }: Predictions,
  temperature: Value,
): TokenLogprobs {
  const scaled = atTemperature(input, temperature);
  const {
    hidden,
    head: { weight, bias },
  } = scaled;
  const { graph } = hidden;
  const count = dimAt('head', hidden.shape, 0);
  const vocabulary = isMatrix(weight) ? weight.outFeatures : dimAt('head', weight.shape, 0);
  const trained = isMatrix(weight) ? [] : [weight];
  if (typeof vocabulary !== 'number') throw new Error('a vocabulary has a fixed size');
  const column = (x: Value): Value => reshape(x, [count, 1]);
  // All logits in one line, for single elements of them; sums over a state's tokens are serial there, and so the same every time.
  const line = (x: Value): Value => reshape(x, [1, dimProduct(x.shape)]);
  const chosen = line(add(mul(states, vocabulary), targets));
  const sumByState = (x: Value): Value =>
    reshape(scatterAdd(zeros(graph, [1, count]), line(states), line(x), -1), [count, 1]);
  let all: Value | undefined;
  let ofStates: Value | undefined;
  const [logprobs, entropies] = graph.composite(
    bias ? [hidden, ...trained, bias] : [hidden, ...trained],
    () => {
      all = logSoftmax(headLogits(scaled));
      ofStates = neg(reduceSum(mul(exp(all), all), [-1]));
      return [reshape(gatherElements(line(all), chosen), states.shape), gather(ofStates, states)];
    },
    ([dLogprobs, dEntropies], needs) => {
      if (!all || !ofStates) throw new Error('the head was not built');
      const p = exp(all);
      let dLogits: Value | null = null;
      if (dLogprobs) {
        const towardsMean = mul(p, neg(sumByState(dLogprobs)));
        dLogits = reshape(scatterAdd(line(towardsMean), chosen, line(dLogprobs), -1), all.shape);
      }
      if (dEntropies) {
        const pull = mul(mul(p, add(all, column(ofStates))), neg(sumByState(dEntropies)));
        dLogits = dLogits ? add(dLogits, pull) : pull;
      }
      const given = dLogits;
      const when = (index: number, gradient: (dLogits: Value) => Value): Value | null =>
        given && needs(index) ? gradient(given) : null;
      return [
        when(0, (d) => matmul(d, isMatrix(weight) ? weight.dequantized() : weight)),
        ...trained.map(() => when(1, (d) => matmul(d, hidden, { transA: true }))),
        ...(bias ? [when(1 + trained.length, (d) => reduceSum(d, [0]))] : []),
      ];
    },
  );
  if (!logprobs || !entropies) throw new Error('the head has two outputs');
  return { logprobs, entropies };
}
