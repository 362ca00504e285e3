/** Arrays of 32-bit numbers as little-endian bytes, the same file on every machine. */
import { endianness } from 'node:os';
import { BadValueError } from './rows.ts';

const MAX_INT32 = 2 ** 31 - 1;
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

/** Numbers that never fall, from 0 on: each as its distance from the one before, seven bits a byte, the last of them below 128. */
export function encodeAscending(values: Int32Array): Uint8Array {
  const bytes: number[] = [];
  let before = 0;
  for (const value of values) {
    let distance = value - before;
    for (; distance > 0x7f; distance >>>= 7) bytes.push((distance & 0x7f) | 0x80);
    bytes.push(distance);
    before = value;
  }
  return Uint8Array.from(bytes);
}

/** @throws BadValueError where the bytes end within a number, or the numbers leave what 31 bits hold. */
export function decodeAscending(bytes: Uint8Array): Int32Array {
  const values: number[] = [];
  let value = 0;
  let distance = 0;
  let scale = 1;
  for (const byte of bytes) {
    distance += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (value + distance > MAX_INT32) throw new BadValueError('a blob holds a larger number than it can');
    if (byte > 0x7f) continue;
    value += distance;
    values.push(value);
    distance = 0;
    scale = 1;
  }
  if (scale > 1) throw new BadValueError('a blob ends within a number');
  return Int32Array.from(values);
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
