/** Making the small tensors that are fed at every step. */
import type { Tensor } from '../onnx/session.ts';

/** Integers as int64 `[count]`, or another shape of as many elements. */
export function integerTensor(numbers: ArrayLike<number>, dims: readonly number[] = [numbers.length]): Tensor {
  const data = new BigInt64Array(numbers.length);
  for (let index = 0; index < data.length; index++) data[index] = BigInt(numbers[index] ?? 0);
  return { data, dims };
}

/** A float32 scalar. */
export function scalarTensor(number: number): Tensor {
  return { data: Float32Array.of(number), dims: [] };
}
