/**
 * Patterns of file names, as dataset cards have them: `*` within a folder, `**` across folders, `?`, `[0-9]`, `{a,b}`. A card is written
 * by strangers: every sign is looked at once for every place in the path at which what is before it can end, so none takes for ever.
 */

const PIECES = /\*\*\/|\*\*|\*|\?|\[[^\]/]+\]|\{[^{}]+\}|[^*?[{]+|[[{]/g;
/** Far more than any card needs; a longer pattern fits nothing. */
const MAX_PATTERN_LENGTH = 1000;

/** Whether a path with `/` between its parts fits. A pattern that names a folder fits everything in it. */
export function fitsGlob(path: string, pattern: string): boolean {
  if (pattern.length > MAX_PATTERN_LENGTH) return false;
  const ends = endsOf(pattern.replace(/^\.?\//, '').replace(/\/$/, ''), path, new Set([0]));
  return [...ends].some((end) => end === path.length || path[end] === '/');
}

type Places = ReadonlySet<number>;

/** Where in the path the pattern can end when it begins at any of these places. */
function endsOf(pattern: string, path: string, starts: Places): Places {
  let places = starts;
  for (const [piece] of pattern.matchAll(PIECES)) {
    if (places.size === 0) break;
    places = after(piece, path, places);
  }
  return places;
}

function after(piece: string, path: string, starts: Places): Places {
  if (piece === '**/') return new Set([...starts, ...behind(starts, path).filter((place) => path[place - 1] === '/')]);
  if (piece === '**') return new Set([...starts, ...behind(starts, path)]);
  if (piece === '*') return withinFolder(starts, path);
  if (piece === '?') return oneSign(starts, path, () => true);
  if (piece.length > 1 && piece.startsWith('[')) return oneSign(starts, path, classOf(piece.slice(1, -1)));
  if (piece.length > 1 && piece.startsWith('{'))
    return new Set(
      piece
        .slice(1, -1)
        .split(',')
        .flatMap((choice) => [...endsOf(choice, path, starts)]),
    );
  return new Set([...starts].filter((at) => path.startsWith(piece, at)).map((at) => at + piece.length));
}

/** All places behind the first of these. */
function behind(starts: Places, path: string): number[] {
  const first = Math.min(...starts);
  return Array.from({ length: path.length - first }, (_, index) => first + index + 1);
}

function withinFolder(starts: Places, path: string): Places {
  const ends = new Set(starts);
  for (let at = Math.min(...starts); at < path.length; at += 1) if (ends.has(at) && path[at] !== '/') ends.add(at + 1);
  return ends;
}

function oneSign(starts: Places, path: string, fits: (sign: string) => boolean): Places {
  const ends = new Set<number>();
  for (const at of starts) {
    const code = path.codePointAt(at);
    const sign = code === undefined ? '/' : String.fromCodePoint(code);
    if (sign !== '/' && fits(sign)) ends.add(at + sign.length);
  }
  return ends;
}

/** What is between the brackets: signs and ranges, behind a `!` those that are not meant. */
function classOf(text: string): (sign: string) => boolean {
  const isNegated = text.startsWith('!');
  const ranges = Array.from((isNegated ? text.slice(1) : text).matchAll(/(.)-(.)|(.)/gsu), (match) => {
    const [, from, to, only = ''] = match;
    return { from: from ?? only, to: to ?? only };
  });
  return (sign) =>
    ranges.some(({ from, to }) => pointOf(from) <= pointOf(sign) && pointOf(sign) <= pointOf(to)) !== isNegated;
}

function pointOf(sign: string): number {
  return sign.codePointAt(0) ?? 0;
}
