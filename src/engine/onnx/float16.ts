/** IEEE 754 half precision, for files that store it and graphs that multiply with it. (`Float16Array` is not in Node 20.) */

/** The largest half. */
export const FLOAT16_MAX = 65504;
/** The least number that is rounded to infinity. */
export const FLOAT16_OVERFLOW = 65520;

const EXPONENT_BIAS = 15;
const MANTISSA_BITS = 10;
/** Bits of a float32's fraction that a half lacks. */
const LOST_BITS = 13;
/** As bits of a float32: the least normal half, 2^-14; `FLOAT16_OVERFLOW`; infinity. */
const LEAST_NORMAL = 0x38800000;
const OVERFLOW = 0x477ff000;
const INFINITE = 0x7f800000;
/** What the exponents of float32 and half differ by, at its place in a float32. */
const REBIAS = (127 - EXPONENT_BIAS) << 23;
/** Of the halves below the least normal one, 2^-24. */
const SUBNORMALS_IN_ONE = 2 ** 24;
const HALF_INFINITY = 0x7c00;
const HALF_NAN = 0x7e00;

/** float32 value of each of the 65,536 halves; made at first use. */
let table: Float32Array | undefined;

/** Widens halves, given as their bits; every half is exact in float32. */
export function float16ToFloat32(halves: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 1 << 16 }, (_, bits) => halfValue(bits));
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = table[halves[i] ?? 0] ?? 0;
  return values;
}

function halfValue(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> MANTISSA_BITS) & 0x1f;
  const fraction = (bits & 0x3ff) / (1 << MANTISSA_BITS);
  if (exponent === 0) return sign * fraction * 2 ** (1 - EXPONENT_BIAS);
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction) * 2 ** (exponent - EXPONENT_BIAS);
}

/** The nearest halves, ties to even, as their bits; what is beyond them is infinite. */
export function float32ToFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i++) {
    const all = bits[i] ?? 0;
    halves[i] = ((all >>> 16) & 0x8000) | magnitudeBits(all & 0x7fffffff, Math.abs(values[i] ?? 0));
  }
  return halves;
}

/** @param bits of the value, without its sign */
function magnitudeBits(bits: number, value: number): number {
  if (bits > INFINITE) return HALF_NAN;
  if (bits >= OVERFLOW) return HALF_INFINITY;
  if (bits < LEAST_NORMAL) return roundToEven(value * SUBNORMALS_IN_ONE);
  const odd = (bits >> LOST_BITS) & 1;
  return (bits - REBIAS + (1 << (LOST_BITS - 1)) - 1 + odd) >> LOST_BITS;
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
