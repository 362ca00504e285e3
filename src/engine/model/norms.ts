/** Norms by the names of their parameters, as modules of PyTorch hold them. */
import type { Value } from '../onnx/graph.ts';
import { add, layerNorm, reshape, rmsNorm } from '../onnx/operations.ts';
import type { ForwardContext } from './architecture.ts';

/** Normalises x `[..., features]` with the parameters of a module such as `model.layers.0.input_layernorm`. */
export type Norm = (x: Value, module: string) => Value;

/** Layer norm (arXiv:1607.06450). */
export function layerNorms(context: ForwardContext, features: number, epsilon: number): Norm {
  return (x, module) =>
    layerNorm(
      x,
      context.parameter(`${module}.weight`, [features]),
      context.parameter(`${module}.bias`, [features]),
      epsilon,
    );
}

/** Root-mean-square norm (arXiv:1910.07467). The factor is the stored weight plus `offset`, which is 1 in Gemma. */
export function rmsNorms(context: ForwardContext, features: number, epsilon: number, offset = 0): Norm {
  return (x, module) => {
    const stored = context.parameter(`${module}.weight`, [features]);
    return rmsNorm(x, offset === 0 ? stored : add(stored, offset), epsilon);
  };
}

/** A norm of size `headSize` applied to each head of queries or keys `[tokens, heads * headSize]` by itself (arXiv:2010.04245). */
export function headNorms(norm: Norm, headSize: number): (x: Value, module: string, heads: number) => Value {
  return (x, module, heads) => {
    const [tokens = 0] = x.shape;
    return reshape(norm(reshape(x, [tokens, heads, headSize]), module), x.shape);
  };
}
