import assert from 'node:assert/strict';

export interface Tolerance {
  /** Of the largest expected number. */
  readonly relative?: number;
  readonly absolute?: number;
  readonly what?: string;
}

/** Compares numbers one by one, by the scale of all of them. The default is a few roundings in float32. */
export function assertClose(
  actual: readonly number[] | undefined,
  expected: readonly number[],
  { relative = 1e-6, absolute = 1e-6, what = '' }: Tolerance = {},
): void {
  assert.equal(actual?.length, expected.length, what);
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  for (const [index, value] of expected.entries()) {
    const error = Math.abs((actual[index] ?? NaN) - value);
    // Written so that NaN fails.
    assert.ok(error <= relative * scale + absolute, `${what} element ${index}: ${actual[index]} instead of ${value}`);
  }
}
