/**
 * Cuts a byte stream into lines. A line longer than the limit is dropped whole, so that a peer that never sends a line
 * break costs at most `maxLineBytes` of memory.
 */
const LINE_FEED = 0x0a;

/** Returns the sink for chunks; `onLine` is given each complete line, decoded as UTF-8, without its line break. */
export function splitLines(maxLineBytes: number, onLine: (line: string) => void): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let length = 0;
  let dropping = false;

  const keep = (part: Buffer): void => {
    length += part.length;
    if (dropping || length > maxLineBytes) {
      dropping = true;
      parts = [];
    } else if (part.length > 0) {
      parts.push(part);
    }
  };

  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, end));
      if (!dropping) onLine(Buffer.concat(parts).toString('utf8'));
      parts = [];
      length = 0;
      dropping = false;
      start = end + 1;
    }
    keep(chunk.subarray(start));
  };
}
