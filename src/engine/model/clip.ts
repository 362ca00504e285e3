/** Characters of a foreign text that a message quotes at most. */
const MAX_QUOTED = 1000;

/** Keeps a message readable whatever the file holds. */
export function clip(text: string): string {
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}...` : text;
}
