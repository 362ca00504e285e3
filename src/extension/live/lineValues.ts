/** Values of a trace, line by line. */
import type { Place, Trace } from '../../engine/protocol/scoring.ts';

export interface LineValue {
  readonly line: number;
  readonly text: string;
}

/** A line that is longer is read by nobody; the hover has all. */
const MAX_CHARS = 80;

/** One for each line inside `within` on which something came to a value, in the order of the lines: `"12" · false`. */
export function lineValues({ values }: Trace, within: Place): LineValue[] {
  const lines = new Map<number, string[]>();
  for (const { line, endLine, kind, text, times } of values) {
    if (line < within.line || endLine > within.endLine) continue;
    const of = lines.get(endLine) ?? [];
    lines.set(endLine, of);
    const shown = kind === 'return' ? `→ ${text}` : text;
    of.push(times > 1 ? `${shown} (×${times})` : shown);
  }
  return [...lines]
    .sort(([a], [b]) => a - b)
    .map(([line, texts]) => {
      const text = texts.join(' · ');
      return { line, text: text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS - 1)}…` : text };
    });
}
