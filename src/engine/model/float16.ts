/** IEEE 754 half precision, for files that store it. (`Float16Array` is not in Node 20.) */

const EXPONENT_BIAS = 15;
const MANTISSA_BITS = 10;

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
