/** Charts of one line: a bar that fills, and a curve of eight heights. */

const HEIGHTS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const FILLED = '━';
const EMPTY = '─';

/** A bar of `width` cells, filled from the left to `fraction` (0 to 1); full only when everything is done. */
export function bar(fraction: number, width: number): { readonly filled: string; readonly empty: string } {
  const share = Math.min(1, Math.max(0, fraction));
  const cells = Math.floor(share * width);
  return { filled: FILLED.repeat(cells), empty: EMPTY.repeat(width - cells) };
}

/** The values as a curve from their least to their greatest, one character each or, for more than `width`, one for the mean of several. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = bucketMeans(values, width);
  const low = Math.min(...shown);
  const range = Math.max(...shown) - low;
  // A constant curve lies in the middle: it is neither at its least nor at its greatest.
  const height = (value: number): number => (range > 0 ? (value - low) / range : 0.5);
  return shown
    .map((value) => HEIGHTS[Math.min(HEIGHTS.length - 1, Math.floor(height(value) * HEIGHTS.length))])
    .join('');
}

/** At most `width` values, each the mean of its equal share of the given ones. */
function bucketMeans(values: readonly number[], width: number): readonly number[] {
  if (values.length <= width) return values;
  return Array.from({ length: width }, (_, index) => {
    const bucket = values.slice(
      Math.floor((index * values.length) / width),
      Math.floor(((index + 1) * values.length) / width),
    );
    return bucket.reduce((sum, value) => sum + value, 0) / bucket.length;
  });
}
