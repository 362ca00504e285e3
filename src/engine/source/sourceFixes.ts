/** What of a file could be edited about something that completions showed of it. */
import type { Place } from '../protocol/scoring.ts';
import { finiteFix } from './finiteFix.ts';
import { regExpFixes } from './regExpFixes.ts';
import type { SourceFix } from './sourceFix.ts';

/** An expression that matched nothing, or a function that returned what is no number. */
export type FixedThing =
  { readonly kind: 'match'; readonly place: Place } | { readonly kind: 'notFinite'; readonly function: string };

/** The smallest change first; none where the file does not say for certain what to edit. */
export function sourceFixes(path: string, text: string, thing: FixedThing): readonly SourceFix[] {
  if (thing.kind === 'match') return regExpFixes(path, text, thing.place);
  const fix = finiteFix(path, text, thing.function);
  return fix === null ? [] : [fix];
}
