/** Values of the tensors of safetensors files, as float32. */
import { open, type FileHandle } from 'node:fs/promises';
import { float16ToFloat32 } from '../onnx/float16.ts';
import { readFully } from './readFully.ts';
import { DTYPE_BYTES, readSafetensorsHeader, SafetensorsError, type Dtype, type TensorEntry } from './safetensors.ts';

/** Values with their shape, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Bytes converted at once: a multiple of every element size, small beside a large tensor. */
const CHUNK_BYTES = 1 << 22;

type Bytes = Uint8Array<ArrayBuffer>;
/** Little-endian bytes as numbers. */
type Decoder = (bytes: Bytes) => ArrayLike<number>;

/** F8 is missing: such files also carry scales, and nothing here could use them. */
const DECODERS: Readonly<Partial<Record<Dtype, Decoder>>> = {
  BOOL: (bytes) => bytes,
  U8: (bytes) => bytes,
  F16: ({ buffer, length }) => float16ToFloat32(new Uint16Array(buffer, 0, length / 2)),
  // bfloat16 is the upper half of a float32.
  BF16: ({ buffer, length }) =>
    new Float32Array(Uint32Array.from(new Uint16Array(buffer, 0, length / 2), (half) => half << 16).buffer),
  I32: ({ buffer, length }) => new Int32Array(buffer, 0, length / 4),
  F32: ({ buffer, length }) => new Float32Array(buffer, 0, length / 4),
  I64: ({ buffer, length }) => Float64Array.from(new BigInt64Array(buffer, 0, length / 8), Number),
  F64: ({ buffer, length }) => new Float64Array(buffer, 0, length / 8),
};

/** Integers have to survive; F64 is rounded to the nearest float32. */
const EXACT_DTYPES: ReadonlySet<Dtype> = new Set(['I32', 'I64']);

/**
 * Reads one tensor: F32 as it is, F16 and BF16 widened, F64 rounded, integers where float32 holds them exactly.
 *
 * @param entry from the header of the same file
 * @throws SafetensorsError for other dtypes and for integers that float32 cannot hold
 */
export async function readTensor(path: string, entry: TensorEntry): Promise<Float32Array> {
  const decode = DECODERS[entry.dtype];
  if (decode === undefined) {
    const known = Object.keys(DECODERS).join(', ');
    throw new SafetensorsError(
      `${path}: tensor "${entry.name}" has dtype ${entry.dtype}; this version reads ${known}. Convert the file.`,
    );
  }
  const data = new Float32Array(entry.bytes / DTYPE_BYTES[entry.dtype]);
  const file = await open(path, 'r');
  try {
    if (entry.dtype === 'F32') await readFully(file, new Uint8Array(data.buffer), entry.offset);
    else await readConverted(file, entry, decode, data, path);
  } finally {
    await file.close();
  }
  return data;
}

async function readConverted(
  file: FileHandle,
  entry: TensorEntry,
  decode: Decoder,
  target: Float32Array,
  path: string,
): Promise<void> {
  let filled = 0;
  for (let done = 0; done < entry.bytes; done += CHUNK_BYTES) {
    const chunk: Bytes = new Uint8Array(Math.min(CHUNK_BYTES, entry.bytes - done));
    await readFully(file, chunk, entry.offset + done);
    const values = decode(chunk);
    target.set(values, filled);
    if (EXACT_DTYPES.has(entry.dtype)) checkExact(values, target.subarray(filled, filled + values.length), entry, path);
    filled += values.length;
  }
}

function checkExact(values: ArrayLike<number>, stored: Float32Array, entry: TensorEntry, path: string): void {
  const wrong = stored.findIndex((value, index) => value !== values[index]);
  if (wrong >= 0) {
    throw new SafetensorsError(
      `${path}: tensor "${entry.name}" (${entry.dtype}) has the value ${values[wrong]}, which is not exact in float32. Store it as F32 or F64.`,
    );
  }
}

/**
 * Reads a whole file that fits into memory: adapters, optimiser state, reference values.
 *
 * @throws SafetensorsError as `readSafetensorsHeader` and `readTensor` do
 */
export async function readSafetensors(path: string): Promise<Map<string, Tensor>> {
  const { tensors } = await readSafetensorsHeader(path);
  const values = new Map<string, Tensor>();
  for (const entry of tensors.values()) {
    values.set(entry.name, { shape: entry.shape, data: await readTensor(path, entry) });
  }
  return values;
}
