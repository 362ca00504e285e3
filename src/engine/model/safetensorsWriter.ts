/** Writing safetensors files, in constant memory beyond the tensors given. */
import { writeNewFile } from './newFile.ts';
import { DTYPE_BYTES, LENGTH_BYTES, METADATA_NAME } from './safetensors.ts';

/** A tensor to write; as a function, its values are asked for when its turn comes and can be dropped afterwards. */
export interface TensorSource {
  readonly name: string;
  readonly shape: readonly number[];
  /** `F32` unless it is said. */
  readonly dtype?: 'F32' | 'F16' | 'BF16' | 'U8' | 'I8';
  readonly data: TensorValues | (() => TensorValues | Promise<TensorValues>);
}

/** Of `F32`, of `F16` and `BF16` as their bits, of `U8` and of `I8`. */
type TensorValues = Float32Array | Uint16Array | Uint8Array | Int8Array;

/** The header is padded with spaces so that the tensors are aligned for a memory map, as the reference implementation does. */
const HEADER_ALIGNMENT = 8;

/**
 * Writes a new file, tensors in the order given, and flushes it to the disk. The file must not exist: what others have mapped
 * into memory is never rewritten. Whole or not at all is the caller's business (a temporary name, then rename).
 *
 * @param metadata `format: "pt"` is what transformers and PEFT ask for
 * @returns size of the file in bytes
 * @throws RangeError when a name comes twice or is reserved, or when data and shape differ
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly TensorSource[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<number> {
  const header = encodeHeader(tensors, metadata);
  return writeNewFile(path, async (append) => {
    await append(header);
    for (const tensor of tensors) {
      const { name, shape, data: source } = tensor;
      const data = typeof source === 'function' ? await source() : source;
      if (data.byteLength !== sizeOf(tensor)) {
        throw new RangeError(`Tensor "${name}" of shape [${shape.join(', ')}] cannot have ${data.length} values.`);
      }
      await append(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  });
}

/** The header with its length before it. */
function encodeHeader(tensors: readonly TensorSource[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const entries = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) entries.set(METADATA_NAME, metadata);
  let end = 0;
  for (const tensor of tensors) {
    const { name, shape, dtype = 'F32' } = tensor;
    if (entries.has(name) || name === METADATA_NAME) {
      throw new RangeError(`A safetensors file cannot have two tensors named "${name}".`);
    }
    const begin = end;
    end += sizeOf(tensor);
    entries.set(name, { dtype, shape, data_offsets: [begin, end] });
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const padded = Math.ceil(json.length / HEADER_ALIGNMENT) * HEADER_ALIGNMENT;
  const header = Buffer.alloc(LENGTH_BYTES + padded, ' ');
  header.writeBigUInt64LE(BigInt(padded), 0);
  json.copy(header, LENGTH_BYTES);
  return header;
}

/** In bytes. */
export function sizeOf({ shape, dtype = 'F32' }: Pick<TensorSource, 'shape' | 'dtype'>): number {
  return shape.reduce((product, size) => product * size, DTYPE_BYTES[dtype]);
}
