/** Values that are NaN or infinite: where they are, in words. */
import { FLOAT16_MAX } from '../onnx/float16.ts';
import type { CompletionKey } from '../protocol/completion.ts';
import type { Model } from './loadModel.ts';
import type { Policy, TrainableTensor } from './policy.ts';
import { readTensor, type Tensor } from './tensorData.ts';

/** Index of the first value that is NaN or infinite; -1 where all are numbers. */
export function firstNonFinite(values: Float32Array): number {
  // A loop of its own: with a function called for each, a model's weights would take seconds.
  for (let index = 0; index < values.length; index++) if (!Number.isFinite(values[index])) return index;
  return -1;
}

/** `step 12, problem 3, sample 0`, as the record of a run names a completion. */
export function completionPlace({ step, problem, sample }: CompletionKey): string {
  return `step ${step}, problem ${problem}, sample ${sample}`;
}

/** `NAME has 2 values that are no numbers (of 64), the first NaN at [0, 3]`; null where all are numbers. */
export function nonFiniteWords(name: string, { shape, data }: Tensor): string | null {
  const first = firstNonFinite(data);
  if (first < 0) return null;
  const count = data.reduce((sum, value) => (Number.isFinite(value) ? sum : sum + 1), 0);
  const values = count === 1 ? '1 value that is no number' : `${count} values that are no numbers`;
  return `${name} has ${values} (of ${data.length}), the first ${data[first] ?? NaN} at ${placeIn(shape, first)}`;
}

/**
 * What the weights of a policy have to do with probabilities that are no numbers: the first tensor with such a value, those that training
 * changes before those of the model's files; where there is none, the largest value that training made. Reads the whole model.
 *
 * @param precision in which the model's matrices are multiplied
 */
export async function suspectWeights(
  { folder, storedNames }: Model,
  { trainable }: Policy,
  precision: 'float32' | 'float16',
): Promise<string> {
  for (const [name, tensor] of trainable) {
    const words = nonFiniteWords(`the trained tensor ${name}`, tensor);
    if (words !== null) return `Of the weights, ${words}.`;
  }
  for (const [name, stored] of storedNames) {
    const location = folder.tensors.get(stored);
    if (trainable.has(name) || location === undefined) continue;
    const data = await readTensor(location.file, location);
    const words = nonFiniteWords(`the tensor ${stored}`, { shape: location.shape, data });
    if (words !== null)
      return `Of the model's own weights, ${words} (${location.file}): the file is damaged, get it again.`;
  }
  const largest = largestValue(trainable);
  const said =
    largest === null ? '' : `; the largest that training changed is ${largest.value.toPrecision(3)} in ${largest.name}`;
  const bound = precision === 'float16' ? `float16, whose largest number is ${FLOAT16_MAX}` : precision;
  return `All weights are numbers${said}: what is computed from them is too large for ${bound}.`;
}

/** The value of the greatest size of several tensors; null where there is none. */
function largestValue(tensors: ReadonlyMap<string, TrainableTensor>): { name: string; value: number } | null {
  let largest: { name: string; value: number } | null = null;
  for (const [name, { data }] of tensors)
    for (const value of data)
      if (largest === null || Math.abs(value) > Math.abs(largest.value)) largest = { name, value };
  return largest;
}

/** The place of an element of a row-major tensor: `[1, 2]`. */
export function placeIn(shape: readonly number[], index: number): string {
  const places: number[] = [];
  let left = index;
  for (const size of shape.toReversed()) {
    places.unshift(left % size);
    left = Math.floor(left / size);
  }
  return `[${places.join(', ')}]`;
}
