/**
 * What the Runs view lists, as objects that stay the same for as long as they stand where they stand. Of a view whose rows are all told to
 * be new VS Code forgets, for a moment, which one a menu was opened on; and the steps of a running run are new every second.
 */
import { pathKey } from '../common/samePath.ts';
import type { EngineHandle } from '../engine/engineHandle.ts';
import { groupRuns, type ChildNode, type GroupNode, type LeafNode, type RunRow } from './runGroups.ts';
import { isReadable } from './runNames.ts';
import { isSameList } from './shownRows.ts';
import { enginesWithoutRun, type KnownEngines, type KnownRuns } from './underWay.ts';

export type RunNode = ExperimentNode | ChildNode;

export interface ExperimentNode {
  readonly kind: 'experiment';
  readonly path: string;
  readonly children: readonly ChildNode[];
}

/** Runs whose files cannot be read, by no experiment's name. */
export const UNREADABLE = '';

export class RunNodes {
  readonly #runs: KnownRuns;
  readonly #engines: KnownEngines;
  #roots: readonly ExperimentNode[] = [];
  #leaves = new Map<unknown, LeafNode>();
  #groups = new Map<string, GroupNode>();
  #parents = new Map<ChildNode, RunNode>();

  constructor(runs: KnownRuns, engines: KnownEngines) {
    this.#runs = runs;
    this.#engines = engines;
  }

  /** Experiments in the order of their newest run; those that are about to begin one come first. */
  get roots(): readonly ExperimentNode[] {
    return this.#roots;
  }

  /** In the order in which they are listed. */
  get leaves(): readonly LeafNode[] {
    return [...this.#leaves.values()];
  }

  get groups(): readonly GroupNode[] {
    return [...this.#groups.values()];
  }

  /** The row of a run. */
  ofRun(dir: string): LeafNode | undefined {
    return this.#leaves.get(dir);
  }

  parentOf(node: RunNode): RunNode | undefined {
    return node.kind === 'experiment' ? undefined : this.#parents.get(node);
  }

  /** Looks at runs and engines again. Returns whether a node came, went or moved. */
  regroup(): boolean {
    const experiments = new Map<string, RunRow[]>();
    const leaves = new Map<unknown, LeafNode>();
    const add = (experimentPath: string, key: unknown, row: RunRow): void => {
      const path = pathKey(experimentPath);
      const rows = experiments.get(path);
      if (rows) rows.push(row);
      else experiments.set(path, [row]);
      leaves.set(key, row.leaf);
    };
    for (const handle of enginesWithoutRun(this.#runs, this.#engines)) {
      const path = this.#experimentOf(handle);
      const leaf = this.#leaves.get(handle) ?? { kind: 'engine', handle };
      if (path !== null) add(path, handle, { leaf, run: null });
    }
    for (const run of this.#runs.runs) {
      const leaf = this.#leaves.get(run.dir) ?? { kind: 'run', dir: run.dir };
      if (isReadable(run)) add(run.experimentPath, run.dir, { leaf, run });
      else add(UNREADABLE, run.dir, { leaf, run: null });
    }
    const before = this.#roots;
    const groups = new Map<string, GroupNode>();
    this.#roots = [...experiments].map(([path, rows]) => {
      const children = groupRuns(rows, `experiment ${path}`).map((child) => this.#known(child, groups));
      const was = before.find((root) => root.path === path);
      return was !== undefined && isSameList(was.children, children) ? was : { kind: 'experiment', path, children };
    });
    this.#leaves = leaves;
    this.#groups = groups;
    if (isSameList(before, this.#roots)) return false;
    this.#parents = new Map(parents(this.#roots));
    return true;
  }

  /** The node that stood there before, where it has the same children. */
  #known(node: ChildNode, groups: Map<string, GroupNode>): ChildNode {
    if (node.kind === 'run' || node.kind === 'engine') return node;
    const children = node.children.map((child) => this.#known(child, groups));
    const was = this.#groups.get(node.id);
    const found = was !== undefined && isSameList(was.children, children) ? was : { ...node, children };
    groups.set(found.id, found);
    return found;
  }

  /** null until the run that an engine works on is listed. */
  #experimentOf({ job }: EngineHandle): string | null {
    if (job.kind === 'train') return job.experimentPath;
    const run = job.kind === 'evaluate' ? this.#runs.get(job.path) : undefined;
    return run !== undefined && isReadable(run) ? run.experimentPath : null;
  }
}

function* parents(nodes: readonly RunNode[]): Generator<[ChildNode, RunNode]> {
  for (const node of nodes) {
    if (node.kind === 'run' || node.kind === 'engine') continue;
    for (const child of node.children) yield [child, node];
    yield* parents(node.children);
  }
}
