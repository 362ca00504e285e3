/** Writing safetensors files of float32 tensors, in constant memory beyond the tensors given. */
import { open } from 'node:fs/promises';
import { LENGTH_BYTES, METADATA_NAME } from './safetensors.ts';

/** A tensor to write; as a function, its values are asked for when its turn comes and can be dropped afterwards. */
export interface TensorSource {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | (() => Float32Array | Promise<Float32Array>);
}

/** The header is padded with spaces so that the tensors are aligned for a memory map, as the reference implementation does. */
const HEADER_ALIGNMENT = 8;
/** Node writes at most 2 GiB at once. */
const MAX_WRITE_BYTES = 2 ** 30;
const FLOAT32_BYTES = 4;

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
  const file = await open(path, 'wx');
  try {
    let position = 0;
    const append = async (bytes: Uint8Array): Promise<void> => {
      for (let done = 0; done < bytes.byteLength;) {
        const length = Math.min(MAX_WRITE_BYTES, bytes.byteLength - done);
        const { bytesWritten } = await file.write(bytes, done, length, position);
        done += bytesWritten;
        position += bytesWritten;
      }
    };
    await append(header);
    for (const { name, shape, data: source } of tensors) {
      const data = typeof source === 'function' ? await source() : source;
      if (data.length !== elements(shape)) {
        throw new RangeError(`Tensor "${name}" of shape [${shape.join(', ')}] cannot have ${data.length} values.`);
      }
      await append(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
    await file.sync();
    return position;
  } finally {
    await file.close();
  }
}

/** The header with its length before it. */
function encodeHeader(tensors: readonly TensorSource[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const entries = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) entries.set(METADATA_NAME, metadata);
  let end = 0;
  for (const { name, shape } of tensors) {
    if (entries.has(name) || name === METADATA_NAME) {
      throw new RangeError(`A safetensors file cannot have two tensors named "${name}".`);
    }
    const begin = end;
    end += elements(shape) * FLOAT32_BYTES;
    entries.set(name, { dtype: 'F32', shape, data_offsets: [begin, end] });
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const padded = Math.ceil(json.length / HEADER_ALIGNMENT) * HEADER_ALIGNMENT;
  const header = Buffer.alloc(LENGTH_BYTES + padded, ' ');
  header.writeBigUInt64LE(BigInt(padded), 0);
  json.copy(header, LENGTH_BYTES);
  return header;
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
