/** Patterns of file names, as dataset cards have them: `*` within a folder, `**` across folders, `?`, `[0-9]`, `{a,b}`. */

const PIECES = /\*\*\/|\*\*|\*|\?|\[[^\]/]+\]|\{[^{}]+\}|[^*?[{]+|[[{]/g;

/** Whether a path with `/` between its parts fits. A pattern that names a folder fits everything in it. */
export function fitsGlob(path: string, pattern: string): boolean {
  return expression(pattern.replace(/^\.?\//, '').replace(/\/$/, '')).test(path);
}

function expression(pattern: string): RegExp {
  return new RegExp(`^(?:${source(pattern)})(?:/.*)?$`, 'u');
}

function source(pattern: string): string {
  return Array.from(pattern.matchAll(PIECES), ([piece]) => {
    if (piece === '**/') return '(?:.*/)?';
    if (piece === '**') return '.*';
    if (piece === '*') return '[^/]*';
    if (piece === '?') return '[^/]';
    if (piece.length > 1 && piece.startsWith('['))
      return `[${escaped(piece.slice(1, -1)).replace(/^!/, '^').replaceAll('\\x2d', '-')}]`;
    if (piece.length > 1 && piece.startsWith('{')) return `(?:${piece.slice(1, -1).split(',').map(source).join('|')})`;
    return escaped(piece);
  }).join('');
}

/** The text as a part of a regular expression that stands for itself. */
function escaped(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}/]/g, '\\$&').replaceAll('-', '\\x2d');
}
