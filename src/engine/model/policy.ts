/** A policy: an architecture with its frozen weights, and the tensors that training changes. */
import type { Tensor } from '../onnx/session.ts';
import type { Architecture } from './architecture.ts';
import type { FrozenMatrices } from './frozenMatrix.ts';
import type { AdapterLayout } from './lora.ts';
import type { ParameterSource } from './parameters.ts';

/** A tensor that training changes in place. */
export interface TrainableTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface Policy {
  readonly architecture: Architecture;
  /** Frozen with an adapter, fed in full fine-tuning. */
  readonly parameters: ParameterSource;
  /** Of a frozen base in few bits; null where all weights are float32. */
  readonly matrices: FrozenMatrices | null;
  /** Folder of the files that frozen parameters refer to. */
  readonly weightsFolder: string;
  readonly adapter: AdapterLayout | null;
  /** By graph input name: an adapter's matrices, or every parameter. */
  readonly trainable: ReadonlyMap<string, TrainableTensor>;
}

/** The trainable tensors as a graph is fed; they are read where they lie, so a later run sees later weights. */
export function policyFeeds(policy: Policy): Record<string, Tensor> {
  return Object.fromEntries(Array.from(policy.trainable, ([name, { data, shape }]) => [name, { data, dims: shape }]));
}
