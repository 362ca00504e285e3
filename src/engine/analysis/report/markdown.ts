/** A report as Markdown. */
import type { Block, Document, TableColumn, Verbatim } from './document.ts';

export function asMarkdown(document: Document): string {
  return `${document
    .map(block)
    .filter((text) => text !== '')
    .join('\n\n')}\n`;
}

function block(part: Block): string {
  switch (part.kind) {
    case 'heading':
      return `${'#'.repeat(part.level)} ${inline(part.text)}`;
    case 'text':
      return inline(part.text);
    case 'list':
      return part.items.map((item) => `- ${inline(item)}`).join('\n');
    case 'table':
      return table(part.columns, part.rows);
    case 'verbatim':
      return verbatim(part);
    case 'beside':
      return part.texts.map(verbatim).join('\n\n');
    // The table beside it has the same numbers.
    case 'curve':
      return '';
  }
}

function verbatim({ title, text }: Verbatim): string {
  return `${inline(title)}\n\n${fenced(text)}`;
}

function table(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ title }) => inline(title))),
    line(columns.map(({ numeric }) => (numeric ? '--:' : '---'))),
    ...rows.map((row) => line(row.map(inline))),
  ].join('\n');
}

/** On one line, and nothing in it means anything. */
export function inline(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_[\]<>|#~$!&]/g, String.raw`\$&`)
    .replace(/^([-+]|\d+[.)])(?= )/, String.raw`\$1`);
}

/** A fence that is longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
