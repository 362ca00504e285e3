/** An entry of an experiment as a person would write it. */

/** From here down a number is easier to read as `5e-4`, the way learning rates are written. */
const SMALL = 0.001;

/** `5e-4`, `true`, `GSM8K.jsonl`, `rank 16, alpha 32`; "not set" for what is absent. */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'not set';
  if (typeof value === 'number') return describeNumber(value);
  if (typeof value === 'string') return isPlain(value) ? value : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(describeValue).join(', ')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, entry]) => `${key} ${nested(entry)}`);
  return entries.length === 0 ? 'none' : entries.join(', ');
}

function nested(value: unknown): string {
  const isSection = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isSection ? `(${describeValue(value)})` : describeValue(value);
}

/** Every digit of it: two numbers that differ must not look the same. */
function describeNumber(value: number): string {
  const size = Math.abs(value);
  return size > 0 && size < SMALL ? value.toExponential() : String(value);
}

/** Text with spaces at its ends or on several lines is shown as JSON, where these can be seen. */
function isPlain(text: string): boolean {
  return text !== '' && text === text.trim() && !/\p{Cc}/u.test(text);
}
