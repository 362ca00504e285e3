/** Running graphs: the one file that imports ONNX Runtime. */
import './preloadRuntime.ts';
import * as ort from 'onnxruntime-node';
import { DeviceTensor } from './deviceTensor.ts';
import { ARRAY_TYPE, type ConstantData, type Value } from './graph.ts';
import { checkFedShapes } from './fedShapes.ts';
import type { ModelBytes } from './serialize.ts';
import { formatShape } from './shape.ts';
import type { DType } from './valueType.ts';

/**
 * ONNX Runtime 1.29 and later report models and machines to their maker unless this is set when the environment is made, which is with
 * the first session (microsoft/onnxruntime#27379). Nothing leaves the machine here unless the user asked for it.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';

/**
 * On NVIDIA's cards from Ampere on, ONNX Runtime lets float32 matrices be multiplied in TF32, which has 10 bits of fraction where float32 has
 * 23. CUDA's libraries read this when they are loaded, which is with the first session on such a card.
 */
process.env['NVIDIA_TF32_OVERRIDE'] = '0';

/**
 * Optimisers of ONNX Runtime that keep what they compute of weights alone, such as a transpose, beside them. The second and the third, which is
 * the second once more, hold two copies of each matrix of 8 bits: 98 MB for 44 million weights. A training pass without them is no slower.
 */
const WEIGHT_COPIERS = ['ConstantFolding', 'TransposeOptimizer', 'TransposeOptimizer_CPUExecutionProvider'];

export type TensorData = ConstantData;

/** Version of ONNX Runtime's native library. */
export const runtimeVersion = ort.env.versions.node ?? ort.env.versions.common;

/** A tensor in memory. Inputs are read where they lie; outputs are always fresh copies. */
export interface Tensor {
  readonly data: TensorData;
  readonly dims: readonly number[];
}

/** A tensor wherever it lies. */
export type AnyTensor = Tensor | DeviceTensor;

/** Tensors by the names of the graph's inputs. */
export type Feeds = Readonly<Record<string, AnyTensor>>;

export interface SessionOptions {
  /** Execution providers in order of preference, as ONNX Runtime names them. */
  readonly providers: readonly string[];
  /** 0 takes the number of physical cores. */
  readonly threads: number;
  /** Real folder of the weights files that the graph refers to. */
  readonly weightsFolder?: string;
  /** A weights file that is in memory only, copied while the session is made; the graph's weights are then all in it. */
  readonly weightsInMemory?: { readonly file: string; readonly data: Uint8Array };
  /**
   * `decode` repacks weights for speed at the cost of a private copy; `train` keeps them memory-mapped and plans no reuse of
   * activations, which halves the memory of a training step.
   */
  readonly use: 'decode' | 'train';
}

/** Makes an output of what ONNX Runtime returns for one. */
type Wrap<Output> = (value: Value, result: ort.Tensor) => Output;

/** A graph loaded into ONNX Runtime. `run` blocks its thread and cannot be interrupted: it belongs into a process of its own. */
export class Session<Output extends AnyTensor = Tensor> {
  readonly #session: ort.InferenceSession;
  readonly #inputs: ReadonlyMap<string, Value>;
  readonly #outputs: ReadonlyMap<string, Value>;
  readonly #wrap: Wrap<Output>;
  /** Outputs on the device that were not given back yet. */
  readonly #onDevice: ReadonlySet<DeviceTensor>;

  private constructor(
    session: ort.InferenceSession,
    { inputs, outputs }: ModelBytes,
    wrap: Wrap<Output>,
    onDevice: ReadonlySet<DeviceTensor>,
  ) {
    this.#session = session;
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#wrap = wrap;
    this.#onDevice = onDevice;
  }

  static async open(model: ModelBytes, options: SessionOptions): Promise<Session> {
    return new Session(await Session.#create(model, options, 'cpu'), model, fromRuntime, new Set());
  }

  /** A session whose outputs stay on the device. The first provider must be one that can (`keepsTensors`). */
  static async openOnDevice(model: ModelBytes, options: SessionOptions): Promise<Session<DeviceTensor>> {
    const onDevice = new Set<DeviceTensor>();
    const keep: Wrap<DeviceTensor> = ({ name, dtype }, result) => {
      if (result.location !== 'gpu-buffer') throw new Error(`output ${name} did not stay on the device`);
      const bytes = result.size * ARRAY_TYPE[dtype].BYTES_PER_ELEMENT;
      const tensor = new DeviceTensor(dtype, bytes, result, (gone) => onDevice.delete(gone));
      onDevice.add(tensor);
      return tensor;
    };
    return new Session(await Session.#create(model, options, 'gpu-buffer'), model, keep, onDevice);
  }

  static #create(
    model: ModelBytes,
    options: SessionOptions,
    preferredOutputLocation: 'cpu' | 'gpu-buffer',
  ): Promise<ort.InferenceSession> {
    const extra: Record<string, string> = { 'session.intra_op.allow_spinning': '0' };
    if (options.use === 'train') {
      extra['session.disable_prepacking'] = '1';
      extra['optimization.disable_specified_optimizers'] = WEIGHT_COPIERS.join(';');
    }
    if (options.weightsFolder) extra['session.model_external_initializers_file_folder_path'] = options.weightsFolder;
    // Sines and cosines run on the CPU: WGSL promises them to an absolute error of 2^-11 only, and between -pi and pi, while angles of
    // rotary positions go into the thousands.
    return ort.InferenceSession.create(model.bytes, {
      executionProviders: options.providers.map((name) =>
        // An empty list is refused.
        name === 'webgpu' && model.trigonometry.length > 0 ? { name, forceCpuNodeNames: model.trigonometry } : name,
      ),
      intraOpNumThreads: options.threads,
      graphOptimizationLevel: 'all',
      enableMemPattern: false,
      // Fatal only: errors are thrown, and need not be printed as well.
      logSeverityLevel: 4,
      ...(preferredOutputLocation === 'cpu' ? {} : { preferredOutputLocation }),
      extra,
      ...(options.weightsInMemory
        ? { externalData: [{ path: options.weightsInMemory.file, data: options.weightsInMemory.data }] }
        : {}),
    });
  }

  get inputNames(): readonly string[] {
    return [...this.#inputs.keys()];
  }

  /**
   * Runs the graph and returns all outputs, or those asked for. Every input must be fed with its dtype and shape, named sizes equal
   * wherever they occur; the error says which is not. What is fed beyond the inputs is left alone.
   */
  async run(feeds: Feeds): Promise<Record<string, Output>>;
  async run<Name extends string>(feeds: Feeds, fetches: readonly Name[]): Promise<Record<Name, Output>>;
  async run(feeds: Feeds, fetches?: readonly string[]): Promise<Record<string, Output>> {
    for (const name of fetches ?? [])
      if (!this.#outputs.has(name))
        throw new Error(`the graph has no output ${name}; its outputs are ${[...this.#outputs.keys()].join(', ')}`);
    const tensors = toRuntime(this.#inputs, feeds);
    const results = fetches ? await this.#session.run(tensors, [...fetches]) : await this.#session.run(tensors);
    return Object.fromEntries(
      [...this.#outputs].flatMap(([name, value]) => {
        const result = results[name];
        return result ? [[name, this.#wrap(value, result)]] : [];
      }),
    );
  }

  /** Frees the session, and its outputs that are still on the device. */
  async release(): Promise<void> {
    for (const tensor of this.#onDevice) tensor.dispose();
    await this.#session.release();
  }
}

/** The tensors of a run as ONNX Runtime takes them, checked against the graph's inputs. */
function toRuntime(inputs: ReadonlyMap<string, Value>, feeds: Feeds): Record<string, ort.Tensor> {
  const fed = [...inputs].map(([name, value]) => {
    const tensor = feeds[name];
    if (!tensor) throw new Error(`the graph's input ${name} was not fed`);
    return { name, value, tensor };
  });
  checkFedShapes(fed.map(({ name, value, tensor }) => ({ input: name, shape: value.shape, fed: tensor.dims })));
  return Object.fromEntries(fed.map(({ name, value, tensor }) => [name, runtimeTensor(name, value.dtype, tensor)]));
}

function runtimeTensor(name: string, dtype: DType, tensor: AnyTensor): ort.Tensor {
  if (tensor instanceof DeviceTensor) {
    if (tensor.dtype === dtype) return tensor.fed;
    throw new Error(`the graph's input ${name} is ${dtype} and was fed ${tensor.dtype} on the device`);
  }
  const { data, dims } = tensor;
  const elements = dims.reduce((product, dim) => product * dim, 1);
  if (data.length !== elements)
    throw new Error(`the graph's input ${name} was fed ${data.length} elements for shape ${formatShape(dims)}`);
  if (dtype === 'float32' && data instanceof Float32Array) return new ort.Tensor('float32', data, dims);
  if (dtype === 'float16' && data instanceof Uint16Array) return new ort.Tensor('float16', data, dims);
  if (dtype === 'int64' && data instanceof BigInt64Array) return new ort.Tensor('int64', data, dims);
  if (dtype === 'int32' && data instanceof Int32Array) return new ort.Tensor('int32', data, dims);
  if (dtype === 'bool' && data instanceof Uint8Array) return new ort.Tensor('bool', data, dims);
  if (dtype === 'uint8' && data instanceof Uint8Array) return new ort.Tensor('uint8', data, dims);
  throw new Error(
    `the graph's input ${name} is ${dtype}, a ${ARRAY_TYPE[dtype].name}, and was fed a ${data.constructor.name}`,
  );
}

function fromRuntime({ name }: Value, { data, dims }: ort.Tensor): Tensor {
  if (
    data instanceof Float32Array ||
    data instanceof BigInt64Array ||
    data instanceof Int32Array ||
    data instanceof Uint8Array
  )
    return { data, dims };
  throw new Error(`output ${name} has a type that the engine does not use`);
}
