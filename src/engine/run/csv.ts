/** Comma-separated values as RFC 4180 describes them, lines ended by a line feed. */

export function csvLine(cells: readonly string[]): string {
  return `${cells.map(quoted).join(',')}\n`;
}

/** An empty cell means "no value" in what we write; nothing else needs to be told from it. */
function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
