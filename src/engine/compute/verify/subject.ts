/** What is verified: a policy and the reference that it is held against. */
import type { Policy } from '../../model/policy.ts';
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

/** The reference's name of a trainable tensor: PEFT's for an adapter's, else the model's own. */
export function referenceName({ adapter }: Policy, parameter: string): string {
  return adapter ? PEFT_PREFIX + parameter : parameter;
}
