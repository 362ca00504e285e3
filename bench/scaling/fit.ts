/** A straight line through points, by least squares. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Line {
  readonly intercept: number;
  readonly slope: number;
  /** Share of the variance of y that the line explains; 1 where the points lie on it. */
  readonly r2: number;
}

/** @param points at least two, with different x */
export function fitLine(points: readonly Point[]): Line {
  const mean = (of: (point: Point) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const sxx = mean(({ x }) => (x - meanX) ** 2);
  const sxy = mean(({ x, y }) => (x - meanX) * (y - meanY));
  const syy = mean(({ y }) => (y - meanY) ** 2);
  const slope = sxy / sxx;
  return { intercept: meanY - slope * meanX, slope, r2: syy === 0 ? 1 : sxy ** 2 / (sxx * syy) };
}
