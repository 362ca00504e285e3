import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FLOAT16_MAX, FLOAT16_OVERFLOW, float16ToFloat32, float32ToFloat16 } from './float16.ts';

const ALL = Uint16Array.from({ length: 1 << 16 }, (_, bits) => bits);

test('every half is itself again', () => {
  const values = float16ToFloat32(ALL);
  const back = float32ToFloat16(values);
  for (const bits of ALL)
    if (Number.isNaN(values[bits])) assert.ok(Number.isNaN(float16ToFloat32(back.subarray(bits, bits + 1))[0]));
    else assert.equal(back[bits], bits);
});

test('numbers go to the nearest half, from the middle to the even one', () => {
  const FINITE = 0x7c00;
  const values = float16ToFloat32(ALL.subarray(0, FINITE));
  for (let bits = 0; bits + 1 < FINITE; bits++) {
    const [low = NaN, high = NaN] = values.subarray(bits);
    const middle = (low + high) / 2;
    const near = Float32Array.of(middle, low + 0.51 * (high - low), low + 0.49 * (high - low), -middle);
    const even = bits % 2 === 0 ? bits : bits + 1;
    assert.deepEqual([...float32ToFloat16(near)], [even, bits + 1, bits, even | 0x8000], `${low}`);
  }
});

test('what is beyond halves is infinite', () => {
  const bits = [...float32ToFloat16(Float32Array.of(FLOAT16_OVERFLOW - 1, FLOAT16_OVERFLOW, -1e30, Infinity, 1e-30))];
  assert.deepEqual(bits, [0x7bff, 0x7c00, 0xfc00, 0x7c00, 0]);
  assert.equal(float16ToFloat32(Uint16Array.of(0x7bff))[0], FLOAT16_MAX);
});
