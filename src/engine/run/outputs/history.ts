/** How a problem fared over a run, in as many points as a small picture can show. */
import type { HistoryPoint } from '../../protocol/panels/outputs.ts';

/** Wide enough to see a trend in a column of a list. */
export const MAX_HISTORY = 24;

/** Takes neighbours together where there are more points than can be shown: equally many for each point, so that none is lost. */
export function mergeHistory(points: readonly HistoryPoint[]): HistoryPoint[] {
  const size = Math.ceil(points.length / MAX_HISTORY);
  const merged: HistoryPoint[] = [];
  for (let start = 0; start < points.length; start += size) {
    const part = points.slice(start, start + size);
    merged.push({
      from: part[0]?.from ?? 0,
      to: part.at(-1)?.to ?? 0,
      solved: part.reduce((sum, { solved }) => sum + solved, 0),
      samples: part.reduce((sum, { samples }) => sum + samples, 0),
    });
  }
  return merged;
}
