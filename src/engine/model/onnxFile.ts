/**
 * ONNX model files with all their weights: inside the file where it stays below what protobuf can hold, in data files beside it
 * otherwise, named as transformers.js looks for them. Weights are asked for when their turn comes, one in memory at a time.
 */
import { join } from 'node:path';
import type { ExternalData, Graph, Value } from '../onnx/graph.ts';
import { encodeMessage, fieldHead } from '../onnx/protobuf.ts';
import { modelMessages, serialize } from '../onnx/serialize.ts';
import { writeNewFile } from './newFile.ts';
import type { ParameterSource } from './parameters.ts';
import type { TensorValues } from './mergedWeights.ts';

/** A graph traced over weights that `parameters` makes, and what it puts out. */
export interface TracedModel {
  readonly graph: Graph;
  readonly outputs: Readonly<Record<string, Value>>;
}

export interface OnnxFileLimits {
  /** Of all weights, in bytes, that go into the model file. */
  readonly inside: number;
  /** Of one data file, in bytes; a larger tensor has one of its own. */
  readonly dataFile: number;
}

/** A protobuf message ends at 2 GiB, and so does what a browser reads at once. Some of it is left to the nodes. */
const ONNX_FILE_LIMITS: OnnxFileLimits = { inside: 2 ** 31 - 2 ** 26, dataFile: 2 ** 31 - 2 ** 16 };

/** Weights begin at multiples of this, so that they can be mapped into memory on every system (Windows maps from 64 KiB on). */
const ALIGNMENT = 2 ** 16;

/**
 * Writes `<name>` into a folder, and `<name>_data`, `<name>_data_1`, ... where the weights do not fit into it. None of the files may be
 * there. All is flushed to the disk; whole or not at all is the caller's business.
 *
 * @param weights by the names under which `trace` asks for them
 * @returns how many data files there are
 */
export async function writeOnnxFile(
  folder: string,
  name: string,
  weights: ReadonlyMap<string, TensorValues>,
  trace: (parameters: ParameterSource) => TracedModel,
  limits: OnnxFileLimits = ONNX_FILE_LIMITS,
): Promise<number> {
  const places = placeWeights(name, weights, limits.dataFile);
  const traced = trace(placedParameters(places));
  const path = join(folder, name);
  if (totalBytes(weights) <= limits.inside) {
    await writeWithWeights(path, traced, weights);
    return 0;
  }
  const { bytes } = serialize(traced.graph, traced.outputs);
  await writeNewFile(path, (append) => append(bytes));
  const files = [...new Set([...places.values()].map(({ file }) => file))];
  for (const file of files) await writeData(join(folder, file), file, places, weights);
  return files.length;
}

function placeWeights(
  name: string,
  weights: ReadonlyMap<string, TensorValues>,
  limit: number,
): ReadonlyMap<string, ExternalData> {
  const places = new Map<string, ExternalData>();
  let [file, end] = [0, 0];
  for (const [weight, { shape }] of weights) {
    const bytes = bytesOf(shape);
    let offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    if (offset > 0 && offset + bytes > limit) [file, offset] = [file + 1, 0];
    places.set(weight, { file: `${name}_data${file === 0 ? '' : `_${file}`}`, offset, bytes });
    end = offset + bytes;
  }
  return places;
}

/** One value per name, so that a tied parameter is one tensor. */
function placedParameters(places: ReadonlyMap<string, ExternalData>): ParameterSource {
  const made = new Map<string, Value>();
  return (graph, name, shape) => {
    const place = places.get(name);
    if (!place) throw new RangeError(`there are no values of ${name}`);
    const value = made.get(name) ?? graph.weight(name, 'float32', shape, place);
    made.set(name, value);
    return value;
  };
}

async function writeData(
  path: string,
  file: string,
  places: ReadonlyMap<string, ExternalData>,
  weights: ReadonlyMap<string, TensorValues>,
): Promise<void> {
  await writeNewFile(path, async (append) => {
    let end = 0;
    for (const [name, { read }] of weights) {
      const place = places.get(name);
      if (place?.file !== file) continue;
      await append(new Uint8Array(place.offset - end));
      await append(asBytes(await read()));
      end = place.offset + place.bytes;
    }
  });
}

/** The message in parts, as protobuf allows: a field may follow the others of its message, and a repeated one go on later. */
async function writeWithWeights(
  path: string,
  { graph, outputs }: TracedModel,
  weights: ReadonlyMap<string, TensorValues>,
): Promise<void> {
  const messages = modelMessages(graph, outputs);
  const body = encodeMessage('GraphProto', messages.graph);
  const tensors = messages.weights.map(({ weight, tensor }) => {
    const values = weights.get(weight.name);
    if (!values) throw new RangeError(`there are no values of ${weight.name}`);
    const bytes = bytesOf(values.shape);
    const head = Buffer.concat([encodeMessage('TensorProto', tensor), fieldHead('TensorProto', 'rawData', bytes)]);
    return {
      head: Buffer.concat([fieldHead('GraphProto', 'initializer', head.length + bytes), head]),
      bytes,
      read: values.read,
    };
  });
  const graphBytes = tensors.reduce((sum, { head, bytes }) => sum + head.length + bytes, body.length);
  await writeNewFile(path, async (append) => {
    await append(encodeMessage('ModelProto', messages.model));
    await append(fieldHead('ModelProto', 'graph', graphBytes));
    await append(body);
    for (const { head, read } of tensors) {
      await append(head);
      await append(asBytes(await read()));
    }
  });
}

function totalBytes(weights: ReadonlyMap<string, TensorValues>): number {
  return [...weights.values()].reduce((sum, { shape }) => sum + bytesOf(shape), 0);
}

function bytesOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, Float32Array.BYTES_PER_ELEMENT);
}

function asBytes({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
