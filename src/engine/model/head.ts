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

export interface TokenLogprobs {
  /** log softmax(logits / temperature) at the target, `[tokens]`. */
  readonly logprobs: Value;
  /** Entropy of the same distribution in nats, `[tokens]`. */
  readonly entropies: Value;
}

/**
 * `hidden` `[tokens, hidden]`, `head` `[vocabulary, hidden]`, `targets` int64 `[tokens]`, `temperature` a float scalar.
 * With p = softmax(z), z = h W^T / T: d log p_t / dz = onehot_t - p, and dH / dz = -p (log p + H).
 */
export function tokenLogprobs(hidden: Value, head: Value, targets: Value, temperature: Value): TokenLogprobs {
  const { graph } = hidden;
  const tokens = dimAt('head', hidden.shape, 0);
  const column = (x: Value): Value => reshape(x, [tokens, 1]);
  const scaled = div(hidden, temperature);
  let all: Value | undefined;
  const [logprobs, entropies] = graph.composite(
    [scaled, head],
    () => {
      all = logSoftmax(matmul(scaled, head, { transB: true }));
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
      if (!dLogits) return [null, null];
      return [needs(0) ? matmul(dLogits, head) : null, needs(1) ? matmul(dLogits, scaled, { transA: true }) : null];
    },
  );
  if (!logprobs || !entropies) throw new Error('the head has two outputs');
  return { logprobs, entropies };
}
