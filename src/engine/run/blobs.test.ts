import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeAscending, decodeFloat32, decodeInt32, encode, encodeAscending } from './blobs.ts';
import { BadValueError } from './rows.ts';

test('numbers are little-endian bytes', () => {
  assert.deepEqual([...encode(Int32Array.of(1, -2))], [1, 0, 0, 0, 254, 255, 255, 255]);
  assert.deepEqual([...encode(Float32Array.of(-0.5))], [0, 0, 0, 191]);
});

test('a view into a larger buffer is encoded as itself, and decoding needs no alignment', () => {
  const whole = Int32Array.of(9, 8, 7, 6);
  assert.deepEqual(decodeInt32(encode(whole.subarray(1, 3))), Int32Array.of(8, 7));
  const shifted = new Uint8Array([0, ...encode(Float32Array.of(1.5, -2))]).subarray(1);
  assert.deepEqual(decodeFloat32(shifted), Float32Array.of(1.5, -2));
});

test('a length that fits no array is refused', () => {
  assert.throws(() => decodeInt32(new Uint8Array(6)), BadValueError);
});

test('ascending numbers take a byte for each small step', () => {
  assert.deepEqual([...encodeAscending(Int32Array.of(0, 127, 127, 300))], [0, 127, 0, 0xad, 1]);
  fc.assert(
    fc.property(fc.array(fc.nat(2 ** 31 - 1)), (values) => {
      const ascending = Int32Array.from(values).sort();
      assert.deepEqual(decodeAscending(encodeAscending(ascending)), ascending);
    }),
  );
});

test('bytes that are no ascending numbers are refused, however many', () => {
  assert.throws(() => decodeAscending(Uint8Array.of(1, 0x80)), BadValueError);
  assert.throws(() => decodeAscending(new Uint8Array(2000).fill(0xff)), BadValueError);
  assert.throws(() => decodeAscending(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x07, 1)), BadValueError);
});
