/** A difference between two versions of the reward functions in words. */
import type { RewardChange } from '../../protocol/panels/outputsRequests.ts';
import { count, plural } from '../../words/format.ts';
import { changesOfFunction } from './functionChange.ts';
import type { DiffCounts } from './groupChange.ts';
import type { RewardDiff } from './rewardDiff.ts';
import type { Verdicts } from './verdicts.ts';

/** A part of the summary, and the groups that it is about; null where it is about none. */
export interface DiffPart {
  readonly change: RewardChange | null;
  readonly text: string;
}

/** `12 of 496 scores change`, `3 advantage signs flip`, `2 groups die`, `1 group comes alive`; what does not happen is not said. */
export function summaryParts(counts: DiffCounts): DiffPart[] {
  const { completions, changed, flipped, died, revived, broken, mended } = counts;
  if (changed === 0 && flipped === 0)
    return [{ change: null, text: completions === 0 ? 'There is nothing to compare' : stays(completions) }];
  const parts: (DiffPart & { readonly of: number })[] = [
    {
      of: changed,
      change: 'changed',
      text: `${count(changed)} of ${plural(completions, 'score')} ${verb(changed, 'change')}`,
    },
    { of: flipped, change: 'flipped', text: `${plural(flipped, 'advantage sign')} ${verb(flipped, 'flip')}` },
    { of: died, change: 'died', text: `${plural(died, 'group')} ${verb(died, 'die')}` },
    { of: revived, change: 'revived', text: `${plural(revived, 'group')} ${verb(revived, 'come')} alive` },
    { of: broken, change: 'broken', text: `${plural(broken, 'score')} ${verb(broken, 'fail')} now` },
    { of: mended, change: null, text: `${plural(mended, 'score')} no longer ${verb(mended, 'fail')}` },
  ];
  return parts.filter(({ of }) => of > 0).map(({ change, text }) => ({ change, text }));
}

/** All of it in a line: `12 of 496 scores change · 3 advantage signs flip`. */
export function summaryText(counts: DiffCounts): string {
  return summaryParts(counts)
    .map(({ text }) => text)
    .join(' · ');
}

/**
 * What a save did to one function, above which it is shown: `saved: 14 scores, 3 advantage signs changed`. The signs are those of all
 * rewards together, which only the sum has. null for a function that is not in both versions.
 */
export function savedText(
  {
    before,
    after,
    counts,
  }: { readonly before: Verdicts; readonly after: Verdicts; readonly counts: Pick<DiffCounts, 'flipped'> },
  name: string,
): string | null {
  const changes = changesOfFunction(before, after, name);
  if (changes === null) return null;
  if (changes.length === 0) return 'saved: no score changed';
  const signs = counts.flipped === 0 ? '' : `, ${plural(counts.flipped, 'advantage sign')}`;
  const failing = changes.filter((change) => change.after === 'failed').length;
  const failures = failing === 0 ? '' : `, ${count(failing)} ${verb(failing, 'fail')} now`;
  return `saved: ${plural(changes.length, 'score')}${signs} changed${failures}`;
}

/** `of 500 of 9,200 completions` where two versions were compared on a sample of a run; null where it was on all there are. */
export function sampleText({ counts: { completions }, stored }: Pick<RewardDiff, 'counts' | 'stored'>): string | null {
  return completions < stored ? `of ${count(completions)} of ${plural(stored, 'completion')}` : null;
}

function stays(completions: number): string {
  return completions === 1 ? 'The score stays as it was' : `All ${count(completions)} scores stay as they were`;
}

function verb(subjects: number, many: string): string {
  return subjects === 1 ? `${many}s` : many;
}
