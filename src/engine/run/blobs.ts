/** Arrays of 32-bit numbers as little-endian bytes, the same file on every machine. */
import { endianness } from 'node:os';
import { BadValueError } from './rows.ts';

const HOST_IS_BIG_ENDIAN = endianness() === 'BE';

/** The array's bytes; on a little-endian machine a view of them, so the array must stay unchanged until they are written. */
export function encode(array: Int32Array | Float32Array): Uint8Array {
  const view = Buffer.from(array.buffer, array.byteOffset, array.byteLength);
  return HOST_IS_BIG_ENDIAN ? Buffer.from(view).swap32() : view;
}

/** @throws BadValueError where the length is no multiple of 4. */
export function decodeInt32(bytes: Uint8Array): Int32Array {
  return new Int32Array(aligned(bytes));
}

/** @throws BadValueError where the length is no multiple of 4. */
export function decodeFloat32(bytes: Uint8Array): Float32Array {
  return new Float32Array(aligned(bytes));
}

/** A copy that starts at offset 0, in the host's byte order. */
function aligned(bytes: Uint8Array): ArrayBuffer {
  if (bytes.byteLength % 4 !== 0)
    throw new BadValueError(`a blob of ${bytes.byteLength} bytes is no array of 32-bit numbers`);
  const copy = new Uint8Array(bytes.byteLength);
  copy.set(bytes);
  if (HOST_IS_BIG_ENDIAN) Buffer.from(copy.buffer).swap32();
  return copy.buffer;
}
