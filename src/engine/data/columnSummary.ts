/** What the columns of a dataset hold. */
import type { DatasetRow } from './row.ts';

export interface ColumnSummary {
  readonly name: string;
  /** What its values are, the commonest first: `text`, `number`, `true/false`, `list`, `object`. */
  readonly kinds: readonly string[];
  /** Rows in which it is missing or null. */
  readonly missing: number;
}

/** In the order in which the rows name them. */
export function summarizeColumns(rows: readonly DatasetRow[]): ColumnSummary[] {
  const kinds = new Map<string, Map<string, number>>();
  for (const { columns } of rows)
    for (const [name, value] of Object.entries(columns)) {
      const counts = kinds.get(name) ?? new Map<string, number>();
      kinds.set(name, counts);
      const kind = kindOf(value);
      if (kind !== null) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
  return Array.from(kinds, ([name, counts]) => ({
    name,
    kinds: [...counts].sort(([, a], [, b]) => b - a).map(([kind]) => kind),
    missing: rows.length - [...counts.values()].reduce((sum, count) => sum + count, 0),
  }));
}

/** null for no value. */
function kindOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return 'list';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'true/false';
    case 'number':
      return 'number';
    default:
      return 'object';
  }
}
