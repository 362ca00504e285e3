/** From a symbolic graph to the bytes of an ONNX model: only what the named outputs need is written. */
import {
  FLOAT_ATTRIBUTES,
  type Attribute,
  type Attributes,
  type Body,
  type Graph,
  type Node,
  type Value,
} from './graph.ts';
import { ATTRIBUTE_TYPE, DATA_TYPE, EXTERNAL_DATA_LOCATION, encodeMessage } from './protobuf.ts';
import type { Shape } from './shape.ts';

/** ONNX IR 10 with operator set 21: the newest pair that every provider of onnxruntime-node 1.30 takes. */
const IR_VERSION = 10;
const OPSET_VERSION = 21;

export interface ModelBytes {
  readonly bytes: Uint8Array;
  readonly inputs: ReadonlyMap<string, Value>;
  readonly outputs: ReadonlyMap<string, Value>;
  /** Names of the nodes that are sines and cosines. */
  readonly trigonometry: readonly string[];
}

const TRIGONOMETRIC: ReadonlySet<string> = new Set(['Sin', 'Cos']);

/** Fields of a NodeProto. */
interface NodeMessage {
  readonly opType: string;
  readonly name: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly domain?: string;
  readonly attribute?: readonly Readonly<Record<string, unknown>>[];
}

/** A model as the fields of its protobuf messages, those weights apart that lie in files. */
export interface ModelMessages {
  /** Of a ModelProto, without its graph. */
  readonly model: Readonly<Record<string, unknown>>;
  /** Of the GraphProto, without those weights. */
  readonly graph: Readonly<Record<string, unknown>> & {
    readonly initializer: readonly unknown[];
    readonly node: readonly NodeMessage[];
  };
  /** Of a TensorProto each, without its values. */
  readonly weights: readonly { readonly weight: Value; readonly tensor: Readonly<Record<string, unknown>> }[];
  readonly inputs: ModelBytes['inputs'];
}

/**
 * Serialises the part of the graph that computes `outputs`, under their given names. Inputs that no output depends on are left out.
 */
export function serialize(graph: Graph, outputs: Readonly<Record<string, Value>>): ModelBytes {
  const { model, graph: own, weights, inputs } = modelMessages(graph, outputs);
  const referenced = weights.map(({ weight, tensor }) => ({ ...tensor, ...dataPlace(graph, weight) }));
  const bytes = encodeMessage('ModelProto', {
    ...model,
    graph: { ...own, initializer: [...own.initializer, ...referenced] },
  });
  const trigonometry = own.node.flatMap(({ opType, name }) => (TRIGONOMETRIC.has(opType) ? [name] : []));
  return { bytes, inputs, outputs: new Map(Object.entries(outputs)), trigonometry };
}

/** What `serialize` makes bytes of. */
export function modelMessages(graph: Graph, outputs: Readonly<Record<string, Value>>): ModelMessages {
  const needed = new Set<Value>();
  const nodes = new Set<Node>();
  const pending = Object.values(outputs);
  for (let value = pending.pop(); value; value = pending.pop()) {
    if (needed.has(value)) continue;
    needed.add(value);
    if (!value.node || nodes.has(value.node)) continue;
    nodes.add(value.node);
    for (const input of value.node.inputs) if (input) pending.push(input);
    pending.push(...(value.node.body?.outputs ?? []));
  }
  const inputs = graph.inputs.filter((value) => needed.has(value));
  const nameOf = namesIn(outputs, inputs);
  const copies = Object.entries(outputs)
    .filter(([name, value]) => nameOf(value) !== name)
    .map(([name, value]) => ({ input: [nameOf(value)], output: [name], name, opType: 'Identity' }));
  const encodeNode = (node: Node): NodeMessage => {
    const output = node.outputs.map(nameOf);
    const [name = ''] = output;
    return {
      input: node.inputs.map((input) => (input ? nameOf(input) : '')),
      output,
      name,
      opType: node.type,
      domain: node.domain,
      attribute: [...encodeAttributes(node.attributes), ...(node.body ? [encodeBody(node.body)] : [])],
    };
  };
  const encodeBody = (body: Body) => ({
    name: 'body',
    type: ATTRIBUTE_TYPE.graph,
    g: {
      name: 'body',
      node: body.nodes.filter((node) => nodes.has(node)).map(encodeNode),
      input: body.inputs.map((value) => valueInfo(nameOf(value), value.dtype, value.shape)),
      output: body.outputs.map((value) => valueInfo(nameOf(value), value.dtype, value.shape)),
    },
  });
  const tensorOf = (value: Value) => ({ name: nameOf(value), dataType: DATA_TYPE[value.dtype], dims: value.shape });
  return {
    model: {
      irVersion: IR_VERSION,
      producerName: 'rlvr-ops',
      opsetImport: [
        { domain: '', version: OPSET_VERSION },
        { domain: 'com.microsoft', version: 1 },
      ],
    },
    graph: {
      name: 'graph',
      node: [...earliestEndLast(graph.nodes.filter((node) => nodes.has(node))).map(encodeNode), ...copies],
      initializer: [...graph.constants]
        .filter(([value]) => needed.has(value))
        .map(([value, data]) => ({
          ...tensorOf(value),
          rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
        })),
      input: inputs.map((value) => valueInfo(value.name, value.dtype, value.shape)),
      output: Object.entries(outputs).map(([name, value]) => valueInfo(name, value.dtype, value.shape)),
    },
    weights: [...graph.external.keys()]
      .filter((value) => needed.has(value))
      .map((weight) => ({ weight, tensor: tensorOf(weight) })),
    inputs: new Map(inputs.map((value) => [value.name, value])),
  };
}

/**
 * The nodes with those that nothing reads moved behind the others, the last made first. ONNX Runtime walks from such ends back to what
 * they need, the last end of the file first, and runs nodes as that walk leaves them. So the gradient of the last layer's weights, which
 * can be had first, is computed first; in the order of creation everything that any of these gradients reads would be kept until all
 * of the way back is gone.
 */
function earliestEndLast(nodes: readonly Node[]): Node[] {
  const read = new Set(nodes.flatMap(({ inputs }) => inputs.map((input) => input?.node)));
  const ends = nodes.filter((node) => !read.has(node));
  return [...nodes.filter((node) => read.has(node)), ...ends.toReversed()];
}

/** Fields of a TensorProto that say where a weight's values lie. */
function dataPlace(graph: Graph, weight: Value): Record<string, unknown> {
  const data = graph.external.get(weight);
  if (!data) throw new Error(`${weight.name} is no weight of the graph`);
  return {
    dataLocation: EXTERNAL_DATA_LOCATION,
    externalData: [
      { key: 'location', value: data.file },
      { key: 'offset', value: String(data.offset) },
      { key: 'length', value: String(data.bytes) },
    ],
  };
}

/**
 * What values are called in the model: an input keeps its name, what a node makes has that of the first output that it is. Whatever
 * else has an output's name, such as the weight whose gradient goes out under its name, makes room for it.
 */
function namesIn(outputs: Readonly<Record<string, Value>>, inputs: readonly Value[]): (value: Value) => string {
  const names = new Map<Value, string>(inputs.map((input) => [input, input.name]));
  for (const [name, value] of Object.entries(outputs)) {
    if (inputs.some((input) => input.name === name && input !== value))
      throw new Error(`the name ${name} is that of an input and cannot be that of another value's output, too`);
    if (value.node && !names.has(value)) names.set(value, name);
  }
  return (value) => names.get(value) ?? (Object.hasOwn(outputs, value.name) ? `${value.name}#inner` : value.name);
}

function valueInfo(name: string, dtype: Value['dtype'], shape: Shape): Record<string, unknown> {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: DATA_TYPE[dtype], shape: { dim } } } };
}

function encodeAttributes(attributes: Attributes): Record<string, unknown>[] {
  return Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [encodeAttribute(name, value)],
  );
}

function encodeAttribute(name: string, value: Attribute): Record<string, unknown> {
  if (typeof value === 'string') return { name, type: ATTRIBUTE_TYPE.string, s: Buffer.from(value) };
  if (typeof value !== 'number') return { name, type: ATTRIBUTE_TYPE.ints, ints: [...value] };
  if (FLOAT_ATTRIBUTES.has(name)) return { name, type: ATTRIBUTE_TYPE.float, f: value };
  return { name, type: ATTRIBUTE_TYPE.int, i: value };
}
