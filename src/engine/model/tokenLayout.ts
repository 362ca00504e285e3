/**
 * How the tokens of a training batch lie. Linear layers and norms see a flat list of real tokens, each prompt of the batch once and
 * nothing for padding; attention alone arranges them into blocks, one of prompts and one of completions by the prompt that they share.
 * That the gradients are those of rows which each have a prompt of their own is shown in Prefix Grouper (arXiv:2506.05433).
 *
 * Both ways are lookups by indices made on the host, and each is the other's gradient: no sum is ever taken over repeated indices, which
 * would be slow where it is serial and a data race where it is not.
 */
import type { Value } from '../onnx/graph.ts';
import { concat, gather, pad, reshape, zeros } from '../onnx/operations.ts';
import { dimAt, dimProduct, type Dim } from '../onnx/shape.ts';

/** An index for what is padding: the last one, which is real where it does not matter and a row of zeros where it does. */
export const PADDING = -1;

/** All int64. Prompts have lengths of at least 1. */
export interface TokenLayout {
  /** `[tokens]` */
  readonly tokens: Value;
  /** `[tokens]`: of each token in its sequence. */
  readonly positions: Value;
  /** `[prompts]` */
  readonly promptLengths: Value;
  /** `[prompts, promptTime]`: the token at each place of a prompt; `PADDING` behind its end. */
  readonly promptTokens: Value;
  /** `[prompts, width, time]`: the token at each place of the completions of a prompt, of which there are at most `width`; or `PADDING`. */
  readonly completionTokens: Value;
  /** `[tokens]`: the place of each token among those of the prompts and, behind them, those of the completions. */
  readonly places: Value;
}

/** Activations by place. */
export interface Blocks {
  /** `[prompts, promptTime, features]` */
  readonly prompts: Value;
  /** `[prompts, width, time, features]` */
  readonly completions: Value;
}

/** x `[tokens, features]` by place; what stands in padding is of some token, and its gradient is dropped. */
export function toBlocks(x: Value, { promptTokens, completionTokens, places }: TokenLayout): Blocks {
  const { graph } = x;
  const features = dimAt('blocks', x.shape, 1);
  const [prompts, completions] = graph.composite(
    [x],
    () => [gather(x, promptTokens), gather(x, completionTokens)],
    ([dPrompts, dCompletions]) => [
      gather(
        concat(
          [
            rowsOf(dPrompts ?? zeros(graph, [...promptTokens.shape, features])),
            rowsOf(dCompletions ?? zeros(graph, [...completionTokens.shape, features])),
          ],
          0,
        ),
        places,
      ),
    ],
  );
  if (!prompts || !completions) throw new Error('tokens are arranged in two blocks');
  return { prompts, completions };
}

/** Blocks as the flat list of tokens `[tokens, features]`. */
export function fromBlocks(
  { prompts, completions }: Blocks,
  { promptTokens, completionTokens, places }: TokenLayout,
): Value {
  return lookUp([prompts, completions], (parts) => gather(concat(parts.map(rowsOf), 0), places), [
    promptTokens,
    completionTokens,
  ]);
}

/**
 * Tokens of x `[tokens, features]` at `chosen` int64 `[chosen]`, which are all different; `origins` int64 `[tokens]` is where each
 * token is among the chosen ones, or `PADDING`.
 */
export function chooseTokens(x: Value, chosen: Value, origins: Value): Value {
  return lookUp([x], ([all = x]) => gather(all, chosen), [origins]);
}

/** A lookup of which every input is looked up in the output's gradient in turn, with zeros for what was not there. */
function lookUp(
  inputs: readonly Value[],
  build: (inputs: readonly Value[]) => Value,
  inverses: readonly Value[],
): Value {
  const [first] = inputs;
  if (!first) throw new Error('a lookup needs something to look up in');
  const [output] = first.graph.composite(
    inputs,
    () => [build(inputs)],
    ([dy]) => {
      if (!dy) return [];
      const withZeros = pad(dy, 0, 0, 1);
      return inverses.map((inverse) => gather(withZeros, inverse));
    },
  );
  if (!output) throw new Error('a lookup has an output');
  return output;
}

/** `[..., features]` as `[places, features]`. */
function rowsOf(x: Value): Value {
  const features: Dim = dimAt('blocks', x.shape, -1);
  return reshape(x, [dimProduct(x.shape.slice(0, -1)), features]);
}
