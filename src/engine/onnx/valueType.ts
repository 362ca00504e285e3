/** What is known of a value before it is made. */
import type { Shape } from './shape.ts';

/** Types of elements. */
export type DType = 'float32' | 'float16' | 'int64' | 'int32' | 'bool' | 'uint8' | 'int8' | 'uint4';

export interface ValueType {
  readonly dtype: DType;
  readonly shape: Shape;
}
