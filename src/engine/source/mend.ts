/**
 * Makes text that is being typed readable, declaration by declaration: of one that does not parse its name and type are left, and what
 * it says is blanked out. Places stay what they are.
 */

/** Beginnings of declarations at the top of a file. */
const BEGINNINGS = /^(?:abstract|async|class|const|declare|enum|export|function|import|interface|let|type|var)\b/gm;

/** @param parses whether a text does, by itself */
export function mended(text: string, parses: (text: string) => boolean): string {
  const starts = [...text.matchAll(BEGINNINGS)].map(({ index }) => index);
  return [0, ...starts]
    .map((start, i) => text.slice(start, starts[i] ?? text.length))
    .map((part) => (parses(part) ? part : (mendings(part).find(parses) ?? blank(part))))
    .join('');
}

/** `export const name: Type =` with anything behind it. */
const VALUE = /^((?:export\s+)?(?:const|let|var)\s+[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\s*:[^=]+)?\s*=\s*)(.*)$/su;

/** `export function name` with anything behind it. */
const FUNCTION = /^((?:export\s+)?(?:default\s+)?(?:async\s+)?function\s+[\p{ID_Start}$_][\p{ID_Continue}$]*)(.*)$/su;

function mendings(part: string): string[] {
  const written = part.trimEnd();
  const behind = part.slice(written.length);
  const [, value = '', its = ''] = VALUE.exec(written) ?? [];
  const [, name = '', rest = ''] = FUNCTION.exec(written) ?? [];
  return [
    // Every line keeps its length.
    ...(its.length < 2 ? [] : [`${value}[${blank(its.slice(1, -1))}]${behind}`]),
    ...(/^.{3}[^]/.test(rest) ? [`${name}(){${blank(rest.slice(3, -1))}}${behind}`] : []),
  ];
}

function blank(text: string): string {
  return text.replaceAll(/[^\n\r]/g, ' ');
}
