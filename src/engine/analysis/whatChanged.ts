/** What is different from the last run, said in one line before the next is started. */
import type { Experiment } from '../protocol/experiment.ts';
import { describeValue } from '../words/describeValue.ts';
import { differences, leafPaths } from './compare/differences.ts';

/** An experiment with what is known of the things it names; what only one side knows is not compared. */
export interface Setup {
  readonly experiment: Experiment;
  readonly modelHash?: string;
  readonly datasetHash?: string;
  /** By reward name. */
  readonly rewardHashes?: Readonly<Record<string, string>>;
  /** The commit with the difference to it, or whatever else identifies the code around the experiment. */
  readonly code?: string;
}

export interface Change {
  /** `optimizer.learningRate`, or what has other contents: `model`, `dataset`, `rewards[correct]`, `code`. */
  readonly path: string;
  /** Values of the experiment (`undefined` where absent), or hashes. */
  readonly before: unknown;
  readonly after: unknown;
  /** `value`: the experiment says something else; `contents`: it says the same, and that is something else now. */
  readonly kind: 'value' | 'contents';
}

/** Contents first: a changed value is in the experiment for all to see, an edited reward is not. */
export function whatChanged(before: Setup, after: Setup): Change[] {
  const values = differences([before.experiment, after.experiment]).map(({ path, values: [from, to] }): Change => ({
    path,
    before: from,
    after: to,
    kind: 'value',
  }));
  const named = new Set(values.map(({ path }) => path));
  return [...contents(before, after).filter(({ path }) => !named.has(path)), ...values];
}

function contents(before: Setup, after: Setup): Change[] {
  const pairs: [path: string, before: string | undefined, after: string | undefined][] = [
    ...Object.keys(after.rewardHashes ?? {}).map((name): [string, string | undefined, string | undefined] => [
      `rewards[${name}]`,
      before.rewardHashes?.[name],
      after.rewardHashes?.[name],
    ]),
    ['dataset', before.datasetHash, after.datasetHash],
    ['model', before.modelHash, after.modelHash],
    ['code', before.code, after.code],
  ];
  return pairs.flatMap(([path, from, to]) =>
    from === undefined || to === undefined || from === to ? [] : [{ path, before: from, after: to, kind: 'contents' }],
  );
}

/** With more changes than this, names alone. */
const MAX_WITH_VALUES = 3;
/** Characters: what fits beside a button. */
const MAX_LENGTH = 120;
const NAMED = 2;

/**
 * `changed: learningRate 5e-4 → 3e-4`; `changed: reward correct, steps 40 → 80`; `changed: steps, seed and 3 more`; `nothing changed`.
 * A name is the last part of its path where no other entry of the experiment has the same.
 */
export function changeSentence(changes: readonly Change[], { experiment }: Pick<Setup, 'experiment'>): string {
  if (changes.length === 0) return 'nothing changed';
  const shorten = shortNames([...leafPaths(experiment), ...changes.map(({ path }) => path)]);
  const full = `changed: ${changes.map((change) => withValues(change, shorten)).join(', ')}`;
  if (changes.length <= MAX_WITH_VALUES && full.length <= MAX_LENGTH) return full;
  const names = changes.map(({ path }) => shorten(path));
  const shown = names.length <= MAX_WITH_VALUES ? names : names.slice(0, NAMED);
  const rest = names.length - shown.length;
  if (rest > 0) return `changed: ${shown.join(', ')} and ${rest} more`;
  return `changed: ${shown.join(', ')}`;
}

function withValues({ path, before, after, kind }: Change, shorten: (path: string) => string): string {
  const name = shorten(path);
  if (kind === 'contents') return name;
  if (isSection(after) && before === undefined) return `${name} added`;
  if (isSection(before) && after === undefined) return `${name} removed`;
  return `${name} ${describeValue(before)} → ${describeValue(after)}`;
}

function isSection(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shortNames(paths: readonly string[]): (path: string) => string {
  const distinct = [...new Set(paths)];
  return (path) => {
    const reward = /^rewards\[(.+)\]$/.exec(path)?.[1];
    if (reward !== undefined) return `reward ${reward}`;
    const last = lastPart(path);
    return distinct.filter((other) => lastPart(other) === last).length === 1 ? last : path;
  };
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
