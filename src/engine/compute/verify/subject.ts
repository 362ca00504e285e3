/** What is verified: a policy and the reference that it is held against. */
import type { Policy, TrainableTensor } from '../../model/policy.ts';
import type { Reference } from './reference.ts';

export interface Subject {
  readonly policy: Policy;
  readonly reference: Reference;
  /** ONNX Runtime's execution providers, in order of preference. */
  readonly providers: readonly string[];
  /** 0 takes the number of physical cores. */
  readonly threads: number;
  /** Looked at between runs of ONNX Runtime, which cannot be interrupted. */
  readonly signal: AbortSignal;
}

/** What PEFT puts before a module's name. */
const PEFT_PREFIX = 'base_model.model.';

/** The trainable tensors by the reference's names: PEFT's for an adapter's matrices, else the model's own. */
export function byReferenceName({
  adapter,
  trainable,
}: Policy): Map<string, TrainableTensor & { readonly name: string }> {
  const prefix = adapter ? PEFT_PREFIX : '';
  return new Map(Array.from(trainable, ([name, tensor]) => [prefix + name, { ...tensor, name }]));
}
