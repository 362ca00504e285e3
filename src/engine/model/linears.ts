/** Linear layers by the names of their modules, as PyTorch's `nn.Linear` holds them. */
import type { Value } from '../onnx/graph.ts';
import type { ForwardContext, LinearSpec } from './architecture.ts';

/** Applies a module such as `model.layers.0.mlp.up_proj` to x `[..., inFeatures]`; without a bias unless it is said. */
export type Linear = (x: Value, module: string, inFeatures: number, outFeatures: number, bias?: boolean) => Value;

export function linears(context: ForwardContext): Linear {
  return (x, module, inFeatures, outFeatures, bias = false) =>
    context.linear(x, { module, inFeatures, outFeatures, bias, layout: 'out-in' });
}

/** The name of a module's weight. */
export function weightOf({ module }: LinearSpec): string {
  return `${module}.weight`;
}
