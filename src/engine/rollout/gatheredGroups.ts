/** Completions as they end, in any order, gathered into the groups that were asked for. */
import type { Completion } from '../protocol/completion.ts';
import type { GeneratedGroup, GenerateRequest } from '../protocol/compute.ts';

interface OpenGroup {
  /** Its place in the request. */
  readonly group: number;
  /** Places of its completions among all: from the first up to the last, exclusive. */
  readonly from: number;
  readonly to: number;
  /** Completions that have not ended. */
  left: number;
}

export class GatheredGroups {
  readonly #completions: Completion[] = [];
  /** The group of each completion, by the completion's place in the request. */
  readonly #groups: readonly OpenGroup[];
  readonly #onGroup: (generated: GeneratedGroup) => void;

  /** @param onGroup called with each group when it is whole; never with one of no keys */
  constructor(groups: GenerateRequest['groups'], onGroup: (generated: GeneratedGroup) => void = () => {}) {
    this.#onGroup = onGroup;
    let from = 0;
    this.#groups = groups.flatMap(({ keys }, group) => {
      const open: OpenGroup = { group, from, to: from + keys.length, left: keys.length };
      from = open.to;
      return keys.map(() => open);
    });
  }

  /** In the order of the request; those that have not ended are missing. */
  get completions(): readonly Completion[] {
    return this.#completions;
  }

  /** @param index place of the completion in the request */
  add(index: number, completion: Completion): void {
    this.#completions[index] = completion;
    const group = this.#groups[index];
    if (!group) throw new RangeError(`the request has no completion ${index}`);
    group.left--;
    if (group.left > 0) return;
    this.#onGroup({ group: group.group, completions: this.#completions.slice(group.from, group.to) });
  }
}
