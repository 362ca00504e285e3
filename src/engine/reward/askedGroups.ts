/** Of which groups a reward is asked: those of other tasks are not its business. */

/** Of a group that is to be scored, what decides. */
interface Asked {
  /** Rewards that do not apply to it. */
  readonly skip?: readonly string[];
  readonly completions: readonly unknown[];
}

export interface AskedGroups {
  /** Indices of the groups, ascending. */
  readonly groups: readonly number[];
  /** Index of the watched completion among theirs; null where none of them has it. */
  readonly watch: number | null;
}

/** @param watch index among the completions of all groups */
export function askedGroups(all: readonly Asked[], reward: string, watch: number | null): AskedGroups {
  const groups: number[] = [];
  let own: number | null = null;
  let before = 0;
  let asked = 0;
  for (const [index, { skip, completions }] of all.entries()) {
    if (skip?.includes(reward) !== true) {
      if (watch !== null && watch >= before && watch < before + completions.length) own = asked + watch - before;
      groups.push(index);
      asked += completions.length;
    }
    before += completions.length;
  }
  return { groups, watch: own };
}
