/** Values as Python source. */

export type Literal = string | number | boolean | null | readonly Literal[] | { readonly [key: string]: Literal };

export function pythonLiteral(value: Literal): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  // A JSON string is one of Python's too, but for pairs of surrogates, which JSON.stringify leaves as they are.
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return pythonNumber(value);
  if (isList(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, each]) => `${JSON.stringify(key)}: ${pythonLiteral(each)}`)
    .join(', ')}}`;
}

function pythonNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no number in Python`);
  return String(value);
}

function isList(value: Literal): value is readonly Literal[] {
  return Array.isArray(value);
}
