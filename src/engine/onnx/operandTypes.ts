/**
 * The element types that an operator takes, as ONNX Runtime's CPU provider has kernels for them: so that a wrong type is an error where
 * the graph is written, and not when a session is made.
 */
import { ShapeError } from './shape.ts';
import type { DType, ValueType } from './valueType.ts';

/** One input: `T` is one type for all inputs so marked, `index` is int32 or int64, `levels` int8 or uint4, others are that type itself. */
type InputType = 'T' | 'index' | 'levels' | DType;

interface Signature {
  readonly T: readonly DType[];
  /** Types of the inputs in order; the last one stands for all further ones, and `T` for all where none is given. */
  readonly inputs: readonly InputType[];
}

const FLOAT = ['float32'] as const;
/** As graphs have it beside: weights of 16 bits, and what is multiplied with them. */
const HALF = ['float16'] as const;
const WHOLE = ['int64', 'int32', 'uint8'] as const;
const SIGNED = ['float32', 'int64', 'int32'] as const;
const NUMBER = [...SIGNED, 'uint8'] as const;
const ANY = [...NUMBER, 'bool'] as const;

const of = (T: readonly DType[], ...inputs: readonly InputType[]): Signature => ({ T, inputs });

const signatures: Readonly<Record<string, Signature>> = {
  Add: of(NUMBER),
  Sub: of(NUMBER),
  Mul: of(NUMBER),
  Div: of(NUMBER),
  Min: of(NUMBER),
  Max: of(NUMBER),
  Mod: of(WHOLE),
  Less: of(NUMBER),
  LessOrEqual: of(NUMBER),
  Greater: of(NUMBER),
  Equal: of(ANY),
  And: of(['bool']),
  Or: of(['bool']),
  Neg: of(SIGNED),
  Exp: of(FLOAT),
  Log: of(FLOAT),
  Sqrt: of(FLOAT),
  Sin: of(FLOAT),
  Cos: of(FLOAT),
  Tanh: of(FLOAT),
  Sigmoid: of(FLOAT),
  FastGelu: of(FLOAT),
  Clip: of(NUMBER),
  // There is no kernel that chooses between booleans.
  Where: of(NUMBER, 'bool', 'T'),
  Cast: of([...ANY, ...HALF]),
  Identity: of(ANY),

  MatMul: of([...SIGNED, ...HALF]),
  FusedMatMul: of(FLOAT),
  Gemm: of(FLOAT),
  MatMulNBits: of(FLOAT, 'T', 'uint8', 'T'),
  MatMulIntegerToFloat: of(FLOAT, 'uint8', 'int8', 'T', 'T', 'uint8'),
  QuantizeLinear: of(FLOAT, 'T', 'T', 'uint8'),
  DequantizeLinear: of(FLOAT, 'levels', 'T', 'levels'),

  Softmax: of(FLOAT),
  LogSoftmax: of(FLOAT),
  LayerNormalization: of(FLOAT),
  SimplifiedLayerNormalization: of(FLOAT),
  RotaryEmbedding: of(FLOAT, 'T', 'int64', 'T'),

  ReduceSum: of(SIGNED, 'T', 'int64'),
  ReduceMean: of(SIGNED, 'T', 'int64'),
  ReduceMax: of(ANY, 'T', 'int64'),
  ReduceMin: of(ANY, 'T', 'int64'),
  ArgMax: of(NUMBER),
  CumSum: of(SIGNED, 'T', 'index'),
  TopK: of(NUMBER, 'T', 'int64'),

  Reshape: of(ANY, 'T', 'int64'),
  Expand: of(ANY, 'T', 'int64'),
  Transpose: of([...ANY, 'int8']),
  Concat: of(ANY),
  Slice: of(ANY, 'T', 'index'),
  Split: of(ANY, 'T', 'int64'),
  Pad: of(ANY, 'T', 'int64'),
  Gather: of(ANY, 'T', 'index'),
  GatherElements: of(ANY, 'T', 'index'),
  ScatterElements: of(NUMBER, 'T', 'index', 'T'),
};

function allowedTypes(type: InputType, T: readonly DType[]): readonly DType[] {
  if (type === 'T') return T;
  if (type === 'index') return ['int64', 'int32'];
  return type === 'levels' ? ['int8', 'uint4'] : [type];
}

/** Throws where an operator has no kernel for the types of its inputs. An operator that is not listed here takes what it is given. */
export function checkOperandTypes(operator: string, inputs: readonly (ValueType | null)[]): void {
  const signature = signatures[operator];
  if (!signature) return;
  let common: DType | null = null;
  for (const [position, input] of inputs.entries()) {
    if (!input) continue;
    const type = signature.inputs[Math.min(position, signature.inputs.length - 1)] ?? 'T';
    const allowed: readonly DType[] = allowedTypes(type, common ? [common] : signature.T);
    if (!allowed.includes(input.dtype)) {
      const shapes = inputs.flatMap((value) => (value ? [value.shape] : []));
      throw new ShapeError(
        operator,
        `input ${position} is ${input.dtype}, which must be ${allowed.join(' or ')}`,
        ...shapes,
      );
    }
    if (type === 'T') common = input.dtype;
  }
}
