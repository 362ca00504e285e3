/** CRC-32C (Castagnoli), and the mask under which TFRecord files keep it. */

/** The polynomial 0x1EDC6F41 with its bits in reverse order. */
const POLYNOMIAL = 0x82f63b78;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  return value >>> 0;
});

/** As an unsigned 32-bit integer. */
export function crc32c(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (TABLE[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** Added after the rotation, so that the checksum of bytes that hold checksums stays a good one. */
const MASK_DELTA = 0xa282ead8;

/** The checksum rotated right by 15 bits, plus a constant: what a record carries. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const value = crc32c(bytes);
  return (((value >>> 15) | (value << 17)) + MASK_DELTA) >>> 0;
}
