/** Running graphs: the one file that imports ONNX Runtime. */
import * as ort from 'onnxruntime-node';
import type { DType, Value } from './graph.ts';
import type { ModelBytes } from './serialize.ts';
import { formatShape } from './shape.ts';

export type TensorData = Float32Array | BigInt64Array | Int32Array | Uint8Array;

/** A tensor in memory. Inputs are read where they lie; outputs are always fresh copies. */
export interface Tensor {
  readonly data: TensorData;
  readonly dims: readonly number[];
}

export interface SessionOptions {
  /** Execution providers in order of preference, as ONNX Runtime names them. */
  readonly providers: readonly string[];
  /** 0 takes the number of physical cores. */
  readonly threads: number;
  /** Real folder of the weights files that the graph refers to. */
  readonly weightsFolder?: string;
  /**
   * `decode` repacks weights for speed at the cost of a private copy; `train` keeps them memory-mapped and plans no reuse of
   * activations, which halves the memory of a training step.
   */
  readonly use: 'decode' | 'train';
}

/** A graph loaded into ONNX Runtime. `run` blocks its thread and cannot be interrupted: it belongs into a process of its own. */
export class Session {
  readonly #session: ort.InferenceSession;
  readonly #inputs: ReadonlyMap<string, Value>;

  private constructor(session: ort.InferenceSession, inputs: ReadonlyMap<string, Value>) {
    this.#session = session;
    this.#inputs = inputs;
  }

  static async open(model: ModelBytes, options: SessionOptions): Promise<Session> {
    const extra: Record<string, string> = { 'session.intra_op.allow_spinning': '0' };
    if (options.use === 'train') extra['session.disable_prepacking'] = '1';
    if (options.weightsFolder) extra['session.model_external_initializers_file_folder_path'] = options.weightsFolder;
    const session = await ort.InferenceSession.create(model.bytes, {
      executionProviders: [...options.providers],
      intraOpNumThreads: options.threads,
      graphOptimizationLevel: 'all',
      enableMemPattern: false,
      logSeverityLevel: 3,
      extra: nested(extra),
    });
    return new Session(session, model.inputs);
  }

  get inputNames(): readonly string[] {
    return [...this.#inputs.keys()];
  }

  /**
   * Runs the graph. Every input must be fed with its dtype and shape, named sizes equal wherever they occur; the error says which is
   * not. Returns all outputs, or those asked for.
   */
  async run<Name extends string>(
    feeds: Readonly<Record<string, Tensor>>,
    fetches?: readonly Name[],
  ): Promise<Record<Name, Tensor>> {
    const sizes = new Map<string, number>();
    const tensors: Record<string, ort.Tensor> = {};
    for (const [name, value] of this.#inputs) {
      const tensor = feeds[name];
      if (!tensor) throw new Error(`the graph's input ${name} was not fed`);
      check(name, value, tensor, sizes);
      tensors[name] = toRuntime(value.dtype, tensor);
    }
    const results = fetches ? await this.#session.run(tensors, [...fetches]) : await this.#session.run(tensors);
    return Object.fromEntries(
      Object.entries(results).map(([name, result]) => [name, fromRuntime(name, result)]),
    ) as Record<Name, Tensor>;
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

/** ONNX Runtime's session configuration takes dotted keys as nested objects of strings. */
function nested(entries: Readonly<Record<string, string>>): Record<string, unknown> {
  return entries;
}

function check(name: string, value: Value, tensor: Tensor, sizes: Map<string, number>): void {
  const fits =
    tensor.dims.length === value.shape.length &&
    value.shape.every((dim, axis) => {
      const size = tensor.dims[axis] ?? -1;
      const expected = typeof dim === 'number' ? dim : (sizes.get(dim) ?? size);
      if (typeof dim === 'string') sizes.set(dim, size);
      return size === expected;
    });
  if (!fits)
    throw new Error(
      `the graph's input ${name} has shape ${formatShape(value.shape)} and was fed ${formatShape(tensor.dims)}`,
    );
  const elements = tensor.dims.reduce((product, dim) => product * dim, 1);
  if (tensor.data.length !== elements)
    throw new Error(`input ${name}: ${tensor.data.length} elements for shape ${formatShape(tensor.dims)}`);
}

function toRuntime(dtype: DType, { data, dims }: Tensor): ort.Tensor {
  if (dtype === 'float32' && data instanceof Float32Array) return new ort.Tensor('float32', data, dims);
  if (dtype === 'int64' && data instanceof BigInt64Array) return new ort.Tensor('int64', data, dims);
  if (dtype === 'int32' && data instanceof Int32Array) return new ort.Tensor('int32', data, dims);
  if (dtype === 'bool' && data instanceof Uint8Array) return new ort.Tensor('bool', data, dims);
  if (dtype === 'uint8' && data instanceof Uint8Array) return new ort.Tensor('uint8', data, dims);
  throw new Error(`a ${dtype} input was fed a ${data.constructor.name}`);
}

function fromRuntime(name: string, { data, dims }: ort.Tensor): Tensor {
  if (
    data instanceof Float32Array ||
    data instanceof BigInt64Array ||
    data instanceof Int32Array ||
    data instanceof Uint8Array
  )
    return { data, dims };
  throw new Error(`output ${name} has a type that the engine does not use`);
}
