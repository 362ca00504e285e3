/** Forms of a regular expression that find more than it does, for one that found nothing. */
import type { Place } from '../protocol/scoring.ts';
import { regExpConstants } from './regExpConstants.ts';
import { sourceFix, type RegExpFixKind, type SourceFix } from './sourceFix.ts';
import { childrenOf, parseSource, placeOf, type Node } from './syntax.ts';

type RegExpLiteral = Extract<Node, { type: 'RegExpLiteral' }>;

interface Form {
  readonly kind: RegExpFixKind;
  readonly flag: string;
  readonly pattern: string;
}

/**
 * The file with each such form in the place of the expression, the smallest change first.
 * @param place where the expression is tried: where it is written, or the name of the constant that it is
 */
export function regExpFixes(path: string, text: string, place: Place): SourceFix[] {
  const file = parseSource(path, text);
  if (file === null) return [];
  const node = nodeAt(file.program, place);
  const literal = node?.type === 'Identifier' ? regExpConstants(file).get(node.name) : node;
  if (literal?.type !== 'RegExpLiteral') return [];
  return formsOf(literal)
    .map((form) => ({ form, written: `/${form.pattern}/${literal.flags}${form.flag}` }))
    .filter(({ form }) => isValid(form.pattern, literal.flags + form.flag))
    .map(({ form, written }) => sourceFix(text, form.kind, form.flag, [{ node: literal, text: written }]));
}

function formsOf({ pattern, flags }: RegExpLiteral): Form[] {
  const tokens = tokensOf(pattern);
  const adds = (kind: RegExpFixKind, flag: string, isMeant: (token: string) => boolean): Form[] =>
    flags.includes(flag) || !tokens.some(isMeant) ? [] : [{ kind, flag, pattern }];
  const spaced = withAnySpace(tokens);
  return [
    ...adds('ignoreCase', 'i', (token) => /^(?:\p{L}|\[.*\p{L})/u.test(token)),
    ...adds('everyLine', 'm', (token) => token === '^' || token === '$'),
    ...adds('acrossLines', 's', (token) => token === '.'),
    // Classes of the v flag hold others, which is not read here.
    ...(spaced === pattern || flags.includes('v') ? [] : [{ kind: 'anySpace', flag: '', pattern: spaced } as const]),
  ];
}

/** Escapes and classes whole, every other character by itself; the beginning of a group with what says of which kind it is. */
const TOKEN = /\\(?:[pPu]\{[^}]*\}|k<[^>]*>|[^])|\[(?:\\[^]|[^\]\\])*\]|\((?:\?(?:<?[=!]|:|<[^>]*>))?|[^]/gu;

function tokensOf(pattern: string): string[] {
  return [...pattern.matchAll(TOKEN)].map(([token]) => token);
}

/** Any white space, none too, where a blank is written, and before what a group captures. */
function withAnySpace(tokens: readonly string[]): string {
  let spaced = '';
  for (const [index, token] of tokens.entries()) {
    const isBlank = token === ' ';
    const captures = token === '(' || /^\(\?<[^=!]/.test(token);
    const before = tokens[index - 1];
    const follows =
      before === undefined || before === ' ' || before === '|' || before.startsWith('(') || before === '^';
    const isQuantified = /^[*+?{]/.test(tokens[index + 1] ?? '');
    if (isBlank && !isQuantified) spaced += before === ' ' ? '' : ANY_SPACE;
    else if (captures && !follows) spaced += spaced.endsWith(ANY_SPACE) ? token : ANY_SPACE + token;
    else spaced += token;
  }
  return spaced;
}

const ANY_SPACE = String.raw`\s*`;

function isValid(pattern: string, flags: string): boolean {
  try {
    return new RegExp(pattern, flags).source !== '';
  } catch {
    return false;
  }
}

function nodeAt(node: Node, place: Place): Node | null {
  const at = placeOf(node);
  const isHere =
    at.line === place.line &&
    at.column === place.column &&
    at.endLine === place.endLine &&
    at.endColumn === place.endColumn;
  if (isHere && (node.type === 'RegExpLiteral' || node.type === 'Identifier')) return node;
  for (const child of childrenOf(node)) {
    const found = nodeAt(child, place);
    if (found !== null) return found;
  }
  return null;
}
