/** What pinning and debugging read of a run. */
import type { CompletionKey, RewardResult } from '../../engine/protocol/completion.ts';
import type { RewardConfig } from '../../engine/protocol/experiment.ts';
import type { ProblemPlace } from '../../engine/protocol/panels/outputs.ts';
import type { GivenGroup, StoredGroup } from '../../engine/protocol/scoring.ts';
import { problemPlace } from '../../engine/run/outputs/problemPlace.ts';
import { readStoredGroups } from '../../engine/run/storedGroups.ts';
import type { Readers } from './readers.ts';

/** One completion with all that a reward function is given for it. */
export interface StoredInput extends GivenGroup {
  /** Absolute; files of the rewards are relative to its folder. */
  readonly experimentPath: string;
  /** In the experiment's order. */
  readonly rewards: readonly RewardConfig[];
  /** Which of the group's completions it is. */
  readonly index: number;
  /** What the run has, by reward name. */
  readonly recorded: Readonly<Record<string, RewardResult>>;
}

/** A completion that is looked for by its place in a group. */
export interface PlacedCompletion {
  readonly key: CompletionKey;
  readonly scope: Pick<StoredGroup, 'purpose' | 'split'>;
  readonly problem: ProblemPlace;
  /** What it ends with, which is where its answer stands. */
  readonly text: string;
}

/** UTF-16 units of a completion in a list. */
const LISTED_LENGTH = 400;

export const caseMethods = {
  /** Of each place: null where the run has no completion there. `place` counts a group's completions in the order of their keys. */
  placedCompletions: (
    readers: Readers,
    { dir, places }: { readonly dir: string; readonly places: readonly { group: StoredGroup; place: number }[] },
  ): (PlacedCompletion | null)[] => {
    const reader = readers.get(dir);
    return reader.snapshot(() => {
      const known = new Map<string, ReturnType<typeof readStoredGroups>[number]['completions']>();
      return places.map(({ group, place }) => {
        const { step, purpose, split, problem } = group;
        const name = `${step} ${purpose} ${split} ${problem}`;
        const completions =
          known.get(name) ?? readStoredGroups(reader, [group]).flatMap((scored) => scored.completions);
        known.set(name, completions);
        const found = completions[place];
        return found === undefined
          ? null
          : {
              key: found.key,
              scope: { purpose, split },
              problem: problemPlace(reader.manifest, problem),
              text: found.text.slice(-LISTED_LENGTH),
            };
      });
    });
  },

  /** A completion in its group; null where the run has it not. */
  storedInput: (
    readers: Readers,
    {
      dir,
      purpose,
      split,
      key,
    }: { readonly dir: string; readonly key: CompletionKey } & Pick<StoredGroup, 'purpose' | 'split'>,
  ): StoredInput | null => {
    const reader = readers.get(dir);
    const { step, problem } = key;
    const isAsked = (other: CompletionKey): boolean =>
      other.occurrence === key.occurrence && other.round === key.round && other.sample === key.sample;
    for (const { row, prompt, step: told, completions } of readStoredGroups(reader, [
      { step, purpose, split, problem },
    ])) {
      const index = completions.findIndex((completion) => isAsked(completion.key));
      const found = completions[index];
      if (found === undefined) continue;
      return {
        row: { ...row },
        prompt,
        ...(told === undefined ? {} : { step: told }),
        completions: completions.map(({ text, tokens }) => ({ text, tokens })),
        index,
        recorded: found.rewards,
        rewards: reader.experiment().rewards,
        experimentPath: reader.manifest.experimentPath,
      };
    }
    return null;
  },
};
