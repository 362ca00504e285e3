/**
 * A symbolic ONNX graph: values with dtype and shape, made by nodes in the order they are written, which is therefore topological.
 * Operations are free functions (`operations.ts`); gradients are more nodes in the same graph (`gradients.ts`).
 */
import { float32ToFloat16 } from './float16.ts';
import { checkOperandTypes } from './operandTypes.ts';
import { dimProduct, formatShape, ShapeError, type Dim, type Shape } from './shape.ts';
import type { DType, ValueType } from './valueType.ts';

export type Attribute = number | string | readonly number[];
export type Attributes = Readonly<Record<string, Attribute | undefined>>;

/** Marks attributes that ONNX stores as floats although JavaScript cannot tell them from integers. */
export const FLOAT_ATTRIBUTES: ReadonlySet<string> = new Set(['epsilon', 'alpha', 'beta']);

export interface Value extends ValueType {
  readonly graph: Graph;
  /** Position in the order of creation. */
  readonly id: number;
  readonly name: string;
  /** null for inputs, constants and weights. */
  readonly node: Node | null;
}

export interface Node {
  readonly type: string;
  readonly domain: '' | 'com.microsoft';
  readonly inputs: readonly (Value | null)[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
  /** What a node repeats; null of nodes that compute by themselves. */
  readonly body: Body | null;
}

/** The nodes of a node's own graph. They read its inputs, and any value that the graph around it has when it runs. */
export interface Body {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly nodes: readonly Node[];
}

/** Bytes of a weights file that an initializer refers to; the folder is given when the session is made. */
export interface ExternalData {
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
}

/**
 * Several nodes with one gradient rule of their own, where that is faster than differentiating them one by one. The rule gets the
 * gradients of the outputs (null where nothing depends on one) and returns those of the inputs.
 */
export interface Composite {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly rule: CompositeRule;
}

export type CompositeRule = (
  gradients: readonly (Value | null)[],
  needs: (input: number) => boolean,
) => readonly (Value | null)[];

/**
 * A stretch of nodes between two values, such as a layer of a model, whose inner values a gradient can compute anew from `input`
 * (`recomputation.ts`). What nodes after it read of the stretch is `output` alone.
 */
export interface Segment {
  readonly input: Value;
  readonly output: Value;
  readonly nodes: ReadonlySet<Node>;
}

/** What the elements of a type are kept in; a boolean is a byte, a half its bits, and two elements of 4 bits are one, the first in its low half. */
export const ARRAY_TYPE = {
  float32: Float32Array,
  float16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint4: Uint8Array,
} as const;

export type ConstantData = Float32Array | Uint16Array | BigInt64Array | Int32Array | Uint8Array | Int8Array;

const CONSTANT = 'constant';
const BODY_INPUT = 'bodyInput';
/** What of the values that no node makes is told apart by number. */
const UNNAMED: ReadonlySet<string> = new Set([CONSTANT, BODY_INPUT]);

export class Graph {
  readonly nodes: Node[] = [];
  readonly inputs: Value[] = [];
  readonly constants = new Map<Value, ConstantData>();
  readonly external = new Map<Value, ExternalData>();
  /** The composite that a node is part of. */
  readonly composites = new Map<Node, Composite>();
  /** In the order in which they were built. */
  readonly segments: Segment[] = [];
  #readAs: (value: Value) => Value = (value) => value;
  #nextId = 0;
  readonly #names = new Set<string>();
  readonly #sharedConstants = new Map<string, Value>();

  /** A value fed at every run. Throws for a name that is taken, and for a size whose name is not in canonical form (`shape.ts`). */
  input(name: string, dtype: DType, shape: Shape): Value {
    for (const dim of shape)
      if (dimProduct([dim]) !== dim)
        throw new ShapeError(`input ${name}`, `the size ${dim} is written ${dimProduct([dim])}`, shape);
    const value = this.#value(name, dtype, shape, null);
    if (value.name !== name) throw new Error(`the graph already has an input or value called ${name}`);
    this.inputs.push(value);
    return value;
  }

  /** A tensor that stays in its weights file and is memory-mapped from there. */
  weight(name: string, dtype: DType, shape: Shape, data: ExternalData): Value {
    const value = this.#value(name, dtype, shape, null);
    this.external.set(value, data);
    return value;
  }

  /** A tensor inside the graph; equal small ones are kept once. */
  constant(dtype: DType, shape: readonly number[], data: ConstantData): Value {
    const size = shape.reduce((product, dim) => product * dim, 1);
    if (!(data instanceof ARRAY_TYPE[dtype]))
      throw new Error(`a ${dtype} constant is given as ${ARRAY_TYPE[dtype].name}`);
    if (data.length !== (dtype === 'uint4' ? Math.ceil(size / 2) : size))
      throw new Error(`a constant of shape ${formatShape(shape)} needs ${size} elements, not ${data.length}`);
    const key = size <= MAX_SHARED_CONSTANT ? `${dtype}${formatShape(shape)}${bytesAsText(data)}` : null;
    const known = key === null ? undefined : this.#sharedConstants.get(key);
    if (known) return known;
    const value = this.#value(CONSTANT, dtype, shape, null);
    this.constants.set(value, data);
    if (key !== null) this.#sharedConstants.set(key, value);
    return value;
  }

  /** A scalar constant of the given type. */
  scalar(number: number, dtype: DType = 'float32'): Value {
    return this.constant(dtype, [], typedArray(dtype, [number]));
  }

  /** A one-dimensional int64 constant, as shapes and axes are given. */
  ints(numbers: readonly number[]): Value {
    return this.constant('int64', [numbers.length], typedArray('int64', numbers));
  }

  /** Adds a node; `outputs` says dtype and shape of each. Used by the operations only. */
  node(
    type: string,
    inputs: readonly (Value | null)[],
    outputs: readonly ValueType[],
    attributes: Attributes = {},
    domain: Node['domain'] = '',
    body: Body | null = null,
  ): readonly Value[] {
    for (const input of inputs)
      if (input && input.graph !== this) throw new Error(`${type}: ${input.name} belongs to another graph`);
    checkOperandTypes(type, inputs);
    const made: Value[] = [];
    const read = inputs.map((input) => input && this.#readAs(input));
    const node: Node = { type, domain, inputs: read, outputs: made, attributes, body };
    for (const { dtype, shape } of outputs) made.push(this.#value(type, dtype, shape, node));
    this.nodes.push(node);
    return made;
  }

  /** Runs `build` and gives the nodes that it adds a gradient rule of their own. */
  composite(inputs: readonly Value[], build: () => readonly Value[], rule: CompositeRule): readonly Value[] {
    const start = this.nodes.length;
    const outputs = build();
    const composite: Composite = { inputs, outputs, rule };
    for (const node of this.nodes.slice(start)) this.composites.set(node, composite);
    return outputs;
  }

  /** Runs `build` and marks the nodes that it adds, which lead from `input` to its result, as a segment. */
  segment(input: Value, build: () => Value): Value {
    const start = this.nodes.length;
    const output = build();
    this.segments.push({ input, output, nodes: new Set(this.nodes.slice(start)) });
    return output;
  }

  /** Runs `build`, whose nodes become a body in place of the graph's own; the graph's inputs, weights and constants are of both. */
  body(inputs: readonly ValueType[], build: (inputs: readonly Value[]) => readonly Value[]): Body {
    const start = this.nodes.length;
    const made = inputs.map(({ dtype, shape }) => this.#value(BODY_INPUT, dtype, shape, null));
    const outputs = build(made);
    return { inputs: made, outputs, nodes: this.nodes.splice(start) };
  }

  /** Runs `build`, in which nodes that are added read `readAs(value)` wherever they are given a value. */
  reading<T>(readAs: (value: Value) => Value, build: () => T): T {
    const before = this.#readAs;
    this.#readAs = readAs;
    try {
      return build();
    } finally {
      this.#readAs = before;
    }
  }

  /**
   * Where a named size can be read when the graph runs: the first input that has it as a dimension.
   * Throws where no input has it.
   */
  inputWithDim(name: Dim): { readonly input: Value; readonly axis: number } {
    for (const input of this.inputs) {
      const axis = input.shape.indexOf(name);
      if (axis >= 0) return { input, axis };
    }
    throw new Error(`no input of the graph has the dimension ${name}, so its size cannot be known when the graph runs`);
  }

  #value(hint: string, dtype: DType, shape: Shape, node: Node | null): Value {
    const id = this.#nextId++;
    let name = node || UNNAMED.has(hint) ? `${hint}.${id}` : hint;
    if (this.#names.has(name)) name = `${name}#${id}`;
    this.#names.add(name);
    return { graph: this, id, name, dtype, shape, node };
  }
}

/** Constants up to this many elements are looked up by content, so that a graph holds one scalar 1 and not hundreds. */
const MAX_SHARED_CONSTANT = 64;

/** The bytes themselves, so that 0 and -0 stay apart. */
function bytesAsText(data: ConstantData): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1');
}

/** Numbers as the typed array that a dtype is stored in. */
export function typedArray(dtype: DType, numbers: readonly number[]): ConstantData {
  switch (dtype) {
    case 'float32':
      return Float32Array.from(numbers);
    case 'float16':
      return float32ToFloat16(Float32Array.from(numbers));
    case 'int64':
      return BigInt64Array.from(numbers, (number) => BigInt(number));
    case 'int32':
      return Int32Array.from(numbers);
    case 'bool':
    case 'uint8':
      return Uint8Array.from(numbers);
    case 'int8':
      return Int8Array.from(numbers);
    case 'uint4':
      return Uint8Array.from({ length: Math.ceil(numbers.length / 2) }, (_, byte) => {
        const [low = 0, high = 0] = numbers.slice(2 * byte);
        return low | (high << 4);
      });
  }
}
