/** An edit of a source file that may mend what completions showed of it. What it comes to is for whoever scores the text to find out. */
import MagicString from 'magic-string';
import type { Place } from '../protocol/scoring.ts';
import { endOf, placeOf, startOf, type Node } from './syntax.ts';

export type SourceFixKind = RegExpFixKind | 'nullForNaN';
/** What a regular expression is made to do. */
export type RegExpFixKind = 'ignoreCase' | 'everyLine' | 'acrossLines' | 'anySpace';

export interface SourceFix {
  readonly kind: SourceFixKind;
  /** The flag that is added; '' where the fix is no flag. */
  readonly flag: string;
  /** What is put in the place of what; none of them overlap. */
  readonly edits: readonly { readonly place: Place; readonly text: string }[];
  /** The file as it is with them. */
  readonly text: string;
}

/** A node of the text that is written anew. */
export interface Replacement {
  readonly node: Node;
  readonly text: string;
}

export function sourceFix(
  source: string,
  kind: SourceFixKind,
  flag: string,
  replacements: readonly Replacement[],
): SourceFix {
  const text = new MagicString(source);
  for (const { node, text: replacement } of replacements) text.overwrite(startOf(node), endOf(node), replacement);
  const edits = replacements.map(({ node, text: replacement }) => ({ place: placeOf(node), text: replacement }));
  return { kind, flag, edits, text: text.toString() };
}
