/** From hidden states to log-probabilities: the output head and the softmax as one composite with a gradient rule of its own. */
import type { Value } from '../onnx/graph.ts';
import {
  add,
  div,
  exp,
  gatherElements,
  logSoftmax,
  matmul,
  mul,
  neg,
  reduceSum,
  reshape,
  scatterAdd,
} from '../onnx/operations.ts';
import { dimAt } from '../onnx/shape.ts';
import type { Architecture, ForwardContext } from './architecture.ts';

/** The output head: logits are h W^T + b. */
export interface Head {
  /** `[vocabulary, hidden]` */
  readonly weight: Value;
  /** `[vocabulary]`; null where the architecture has none. */
  readonly bias: Value | null;
}

/** Hidden states `[tokens, hidden]` with the head that makes logits of them. */
export interface HeadInput {
  readonly hidden: Value;
  readonly head: Head;
}

/** An architecture's head, from wherever a graph has its parameters. */
export function headOf(
  { vocabularySize, hiddenSize, headParameter, headBias }: Architecture,
  context: Pick<ForwardContext, 'parameter'>,
): Head {
  return {
    weight: context.parameter(headParameter, [vocabularySize, hiddenSize]),
    bias: headBias === null ? null : context.parameter(headBias, [vocabularySize]),
  };
}

/** `[tokens, vocabulary]` */
export function headLogits({ hidden, head }: HeadInput): Value {
  const logits = matmul(hidden, head.weight, { transB: true });
  return head.bias ? add(logits, head.bias) : logits;
}

/** What gives the logits divided by `temperature`, a float scalar, without dividing the logits, which are many more numbers. */
export function atTemperature({ hidden, head }: HeadInput, temperature: Value): HeadInput {
  return {
    hidden: div(hidden, temperature),
    head: { weight: head.weight, bias: head.bias && div(head.bias, temperature) },
  };
}

export interface TokenLogprobs {
  /** log softmax(logits / temperature) at the target, `[tokens]`. */
  readonly logprobs: Value;
  /** Entropy of the same distribution in nats, `[tokens]`. */
  readonly entropies: Value;
}

/**
 * `targets` int64 `[tokens]`, `temperature` a float scalar.
 * With p = softmax(z), z = (h W^T + b) / T: d log p_t / dz = onehot_t - p, and dH / dz = -p (log p + H).
 */
export function tokenLogprobs(input: HeadInput, targets: Value, temperature: Value): TokenLogprobs {
  const scaled = atTemperature(input, temperature);
  const {
    hidden,
    head: { weight, bias },
  } = scaled;
  const { graph } = hidden;
  const tokens = dimAt('head', hidden.shape, 0);
  const column = (x: Value): Value => reshape(x, [tokens, 1]);
  let all: Value | undefined;
  const [logprobs, entropies] = graph.composite(
    bias ? [hidden, weight, bias] : [hidden, weight],
    () => {
      all = logSoftmax(headLogits(scaled));
      const chosen = reshape(gatherElements(all, column(targets)), [tokens]);
      return [chosen, neg(reduceSum(mul(exp(all), all), [-1]))];
    },
    ([dLogprobs, dEntropies], needs) => {
      if (!all || !entropies) throw new Error('the head was not built');
      const p = exp(all);
      let dLogits: Value | null = null;
      if (dLogprobs) dLogits = scatterAdd(mul(p, column(neg(dLogprobs))), column(targets), column(dLogprobs), -1);
      if (dEntropies) {
        const pull = mul(mul(p, add(all, column(entropies))), column(neg(dEntropies)));
        dLogits = dLogits ? add(dLogits, pull) : pull;
      }
      const given = dLogits;
      const when = (index: number, gradient: (dLogits: Value) => Value): Value | null =>
        given && needs(index) ? gradient(given) : null;
      return [
        when(0, (d) => matmul(d, weight)),
        when(1, (d) => matmul(d, hidden, { transA: true })),
        ...(bias ? [when(2, (d) => reduceSum(d, [0]))] : []),
      ];
    },
  );
  if (!logprobs || !entropies) throw new Error('the head has two outputs');
  return { logprobs, entropies };
}
