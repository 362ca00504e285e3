/** Outputs of a run by name and type. */
import { DeviceTensor } from '../onnx/deviceTensor.ts';
import type { AnyTensor, Feeds, Tensor } from '../onnx/session.ts';
import { NAMES } from './graphs.ts';
import type { LayerKeyValues } from './kvCache.ts';

export type Outputs = Feeds;

/** The elements of a float32 output. */
export function floatOutput(outputs: Outputs, name: string): Float32Array {
  const data = dataOf(outputs[name]);
  if (!(data instanceof Float32Array)) throw new TypeError(`the graph has no float32 output ${name}`);
  return data;
}

/** The elements of an int64 output as numbers. */
export function integerOutput(outputs: Outputs, name: string): Int32Array {
  const data = dataOf(outputs[name]);
  if (!(data instanceof BigInt64Array)) throw new TypeError(`the graph has no int64 output ${name}`);
  return Int32Array.from(data, Number);
}

/** The keys and values that a prefill or a decode step returns, layer by layer. */
export function keyValueOutputs(outputs: Outputs, layers: number): LayerKeyValues[] {
  return Array.from({ length: layers }, (_, layer) => ({
    keys: requireOutput(outputs, NAMES.keys(layer)),
    values: requireOutput(outputs, NAMES.values(layer)),
  }));
}

export function requireOutput(outputs: Outputs, name: string): AnyTensor {
  const output = outputs[name];
  if (!output) throw new TypeError(`the graph has no output ${name}`);
  return output;
}

/** An output in the processor's memory. */
export function memoryOutput(outputs: Outputs, name: string): Tensor {
  const output = requireOutput(outputs, name);
  if (output instanceof DeviceTensor) throw new TypeError(`output ${name} is on the device`);
  return output;
}

/** Gives back what of some tensors lies on the device. */
export function dispose(tensors: Iterable<AnyTensor>): void {
  for (const tensor of tensors) if (tensor instanceof DeviceTensor) tensor.dispose();
}

function dataOf(tensor: AnyTensor | undefined): unknown {
  return tensor instanceof DeviceTensor ? null : tensor?.data;
}
