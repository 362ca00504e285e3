/** Which runs of an experiment stand together: seeds of one recipe in a row of their own, and the runs of a sweep. */
import type { EngineHandle } from '../engine/engineHandle.ts';
import type { ReadableRun } from './runNames.ts';

export type LeafNode =
  | { readonly kind: 'run'; readonly dir: string }
  /** An engine that has no run yet, for it waits for its turn or loads, or that evaluates one. */
  | { readonly kind: 'engine'; readonly handle: EngineHandle };

/** Seeds of one recipe; or a sweep, in which each recipe may have seeds. */
export interface GroupNode {
  readonly kind: 'seeds' | 'sweep';
  /** The same for as long as there is the group, whichever its runs are. */
  readonly id: string;
  readonly children: readonly ChildNode[];
}

export type ChildNode = GroupNode | LeafNode;

/** A row with the run that it is of; null for an engine. */
export interface RunRow {
  readonly leaf: LeafNode;
  readonly run: ReadableRun | null;
}

/**
 * The rows of one experiment, each group where its first row stood.
 * @param scope begins the ids of groups: no other experiment has it
 */
export function groupRuns(rows: readonly RunRow[], scope: string): ChildNode[] {
  const seedsOf = severalSeeds(rows.filter((row) => sweepOf(row) === null));
  return gather(
    rows,
    (row) => sweepOf(row) ?? seedsOf(row),
    (key, members) => {
      const [id, [first]] = [`${scope} ${key}`, members];
      if (first !== undefined && sweepOf(first) !== null)
        return {
          kind: 'sweep',
          id,
          children: gather(members, severalSeeds(members), (recipe, runs) => seedsNode(`${id} ${recipe}`, runs)),
        };
      return seedsNode(id, members);
    },
  );
}

function seedsNode(id: string, members: readonly RunRow[]): GroupNode {
  return { kind: 'seeds', id, children: members.map(({ leaf }) => leaf) };
}

function sweepOf({ run }: RunRow): string | null {
  return run?.sweep?.id ?? null;
}

/** The recipe of a row, of which there are several seeds among these; null for any other. A run made twice is no other seed. */
function severalSeeds(rows: readonly RunRow[]): (row: RunRow) => string | null {
  const seeds = new Map<string, Set<number>>();
  for (const { run } of rows)
    if (run !== null) seeds.set(run.recipe, (seeds.get(run.recipe) ?? new Set()).add(run.seed));
  return ({ run }) => (run !== null && (seeds.get(run.recipe)?.size ?? 0) > 1 ? run.recipe : null);
}

function gather(
  rows: readonly RunRow[],
  keyOf: (row: RunRow) => string | null,
  group: (key: string, members: readonly RunRow[]) => GroupNode,
): ChildNode[] {
  const members = new Map<string, RunRow[]>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === null) continue;
    const known = members.get(key);
    if (known) known.push(row);
    else members.set(key, [row]);
  }
  return rows.flatMap((row): ChildNode[] => {
    const key = keyOf(row);
    const together = key === null ? undefined : members.get(key);
    if (key === null || together === undefined) return [row.leaf];
    return together[0] === row ? [group(key, together)] : [];
  });
}

/** The folders of the runs in a row: its own, or all those under it. */
export function runsUnder(node: ChildNode): readonly string[] {
  switch (node.kind) {
    case 'run':
      return [node.dir];
    case 'engine':
      return [];
    case 'seeds':
    case 'sweep':
      return node.children.flatMap(runsUnder);
  }
}
