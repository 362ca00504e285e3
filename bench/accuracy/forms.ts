/** What weights in few bits are used for, as `--set` of an experiment with an adapter says it. */
export interface Form {
  readonly name: string;
  readonly overrides: readonly string[];
}

/** What the others are compared with. */
export const EXACT: Form = { name: 'float32', overrides: [] };

export const FORMS: readonly Form[] = [
  EXACT,
  { name: 'rollout.weights float16', overrides: ['rollout.weights=float16'] },
  { name: 'rollout.weights int8', overrides: ['rollout.weights=int8'] },
  { name: 'rollout.weights int4', overrides: ['rollout.weights=int4'] },
  { name: 'lora.base float16', overrides: ['lora.base=float16'] },
  { name: 'lora.base int8', overrides: ['lora.base=int8'] },
  { name: 'lora.base int4', overrides: ['lora.base=int4'] },
];

/** What a base can be held in on the CPU (`lora.base`). */
export const baseNames = ['float32', 'int8', 'int4'] as const;
export type Base = (typeof baseNames)[number];
