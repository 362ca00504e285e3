/** A report as one HTML file that loads nothing and runs nothing. */
import { accuracyCurve } from './accuracyCurve.ts';
import type { Block, Document, TableColumn, Verbatim } from './document.ts';

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.2; margin: 2rem 0 0.5rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.25rem 0.75rem; border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); vertical-align: top; }
.numeric { text-align: right; }
pre { white-space: pre-wrap; padding: 0.75rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 4px; }
figure { margin: 1rem 0; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 0 1rem; }
.beside figure { margin: 0; }
figcaption { font-weight: 600; }
svg { width: 100%; height: auto; font-size: 12px; fill: currentColor; }
svg polyline { fill: none; stroke: currentColor; stroke-width: 1.5; }
svg .grid { stroke: currentColor; opacity: 0.15; }
svg .interval { stroke: currentColor; stroke-width: 1.5; opacity: 0.5; }
@media print { body { margin: 0; max-width: none; } pre, tr, figure { break-inside: avoid; } }
`;

/** Nothing from elsewhere, and no script, whatever the texts hold. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

export function asHtml(title: string, document: Document): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${document.map(block).join('\n')}
</body>
</html>
`;
}

function block(part: Block): string {
  switch (part.kind) {
    case 'heading':
      return `<h${part.level}>${escaped(part.text)}</h${part.level}>`;
    case 'text':
      return `<p>${escaped(part.text)}</p>`;
    case 'list':
      return `<ul>\n${part.items.map((item) => `<li>${escaped(item)}</li>`).join('\n')}\n</ul>`;
    case 'table':
      return table(part.columns, part.rows);
    case 'verbatim':
      return verbatim(part);
    case 'beside':
      return `<div class="beside">\n${part.texts.map(verbatim).join('\n')}\n</div>`;
    case 'curve':
      return `<figure><figcaption>${escaped(part.title)}</figcaption>${accuracyCurve(part.evaluations)}</figure>`;
  }
}

/** A browser drops a line break behind the tag, which may be the text's own. */
function verbatim({ title, text }: Verbatim): string {
  return `<figure><figcaption>${escaped(title)}</figcaption><pre>\n${escaped(text)}</pre></figure>`;
}

function table(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const cell = (tag: 'th' | 'td', text: string, column: TableColumn | undefined): string =>
    `<${tag}${tag === 'th' ? ' scope="col"' : ''}${column?.numeric === true ? ' class="numeric"' : ''}>${escaped(text)}</${tag}>`;
  const head = columns.map((column) => cell('th', column.title, column)).join('');
  const body = rows.map((row) => `<tr>${row.map((text, i) => cell('td', text, columns[i])).join('')}</tr>`);
  return `<div class="wide"><table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table></div>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** All but tabs and line breaks. */
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** Control characters but for tabs and line breaks, which HTML does not allow, are shown as U+FFFD. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (each) => ESCAPES[each] ?? each).replaceAll(CONTROLS, '\u{fffd}');
}
