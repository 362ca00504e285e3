import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32c, maskedCrc32c } from './crc32c.ts';

test("the vectors of RFC 3720, appendix B.4, and the polynomial's check value", () => {
  const ascending = Uint8Array.from({ length: 32 }, (_, i) => i);
  const cases: [Uint8Array, number][] = [
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(0xff), 0x62a8ab43],
    [ascending, 0x46dd794e],
    [ascending.toReversed(), 0x113fdb5c],
    [new TextEncoder().encode('123456789'), 0xe3069283],
    [new Uint8Array(), 0],
  ];
  for (const [bytes, expected] of cases) assert.equal(crc32c(bytes), expected);
});

test('the mask rotates and adds, within 32 bits', () => {
  // 0xe3069283 rotated right by 15 is 0x2507c60d.
  assert.equal(maskedCrc32c(new TextEncoder().encode('123456789')), (0x2507c60d + 0xa282ead8) >>> 0);
  assert.equal(maskedCrc32c(new Uint8Array()), 0xa282ead8);
});
