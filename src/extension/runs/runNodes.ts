/**
 * What the Runs view lists, as objects that stay the same for as long as they stand where they stand. Of a view whose rows are all told to
 * be new VS Code forgets, for a moment, which one a menu was opened on; and the steps of a running run are new every second.
 */
import { pathKey } from '../common/samePath.ts';
import type { EngineHandle } from '../engine/engineHandle.ts';
import { isReadable } from './runNames.ts';
import { enginesWithoutRun, type KnownEngines, type KnownRuns } from './underWay.ts';

export type RunNode = ExperimentNode | LeafNode;

export interface ExperimentNode {
  readonly kind: 'experiment';
  readonly path: string;
  readonly children: readonly LeafNode[];
}

export type LeafNode =
  | { readonly kind: 'run'; readonly dir: string }
  /** An engine that has no run yet, for it waits for its turn or loads, or that evaluates one. */
  | { readonly kind: 'engine'; readonly handle: EngineHandle };

/** Runs whose files cannot be read, by no experiment's name. */
export const UNREADABLE = '';

export class RunNodes {
  readonly #runs: KnownRuns;
  readonly #engines: KnownEngines;
  #roots: readonly ExperimentNode[] = [];

  constructor(runs: KnownRuns, engines: KnownEngines) {
    this.#runs = runs;
    this.#engines = engines;
  }

  /** Experiments in the order of their newest run; those that are about to begin one come first. */
  get roots(): readonly ExperimentNode[] {
    return this.#roots;
  }

  get leaves(): readonly LeafNode[] {
    return this.#roots.flatMap(({ children }) => children);
  }

  /** Looks at runs and engines again. Returns whether a node came, went or moved. */
  regroup(): boolean {
    const before = this.#roots;
    const groups = new Map<string, LeafNode[]>();
    const add = (experimentPath: string, leaf: LeafNode): void => {
      const path = pathKey(experimentPath);
      const group = groups.get(path);
      if (group) group.push(leaf);
      else groups.set(path, [leaf]);
    };
    const known = new Map(this.leaves.map((leaf) => [leaf.kind === 'run' ? leaf.dir : leaf.handle, leaf]));
    for (const handle of enginesWithoutRun(this.#runs, this.#engines)) {
      const path = this.#experimentOf(handle);
      if (path !== null) add(path, known.get(handle) ?? { kind: 'engine', handle });
    }
    for (const run of this.#runs.runs)
      add(isReadable(run) ? run.experimentPath : UNREADABLE, known.get(run.dir) ?? { kind: 'run', dir: run.dir });
    this.#roots = [...groups].map(([path, children]) => {
      const was = before.find((root) => root.path === path);
      return was !== undefined && isSameList(was.children, children) ? was : { kind: 'experiment', path, children };
    });
    return !isSameList(before, this.#roots);
  }

  /** null until the run that an engine works on is listed. */
  #experimentOf({ job }: EngineHandle): string | null {
    if (job.kind === 'train') return job.experimentPath;
    const run = job.kind === 'evaluate' ? this.#runs.get(job.path) : undefined;
    return run !== undefined && isReadable(run) ? run.experimentPath : null;
  }
}

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
