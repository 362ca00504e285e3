/** The trainer's view of rewards: opened once for an experiment, then asked for the verdicts on groups of completions. */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { RewardResult } from '../protocol/completion.ts';
import type { RewardConfig } from '../protocol/experiment.ts';
import { rewardName } from '../protocol/experimentChecks.ts';
import type { GraderJob, GrantedPermissions } from '../protocol/grader.ts';
import { rewardWeights } from '../protocol/rewardWeights.ts';
import type { Trace } from '../protocol/scoring.ts';
import { BUILTINS_VERSION } from './builtins.ts';
import { askedGroups } from './askedGroups.ts';
import { combineRewards } from './combine.ts';
import type { Grader, Tracing } from './graderClient.ts';
import { graderPlace } from './graderPlace.ts';
import type { GraderStandby } from './graderStandby.ts';
import { loadEntries, startGraders, type Entry, type GraderByModule } from './rewardEntries.ts';
import type { ModuleOptions } from './rewardModules.ts';
import type { RewardSource } from './rewardSources.ts';
import { failed } from './score.ts';
import { serveWith, type ServiceOptions } from './services/serve.ts';
import { TraceCounts } from './traceCounts.ts';
import { UnusableRewards } from './unusableRewards.ts';

export interface ScorerOptions {
  readonly rewards: readonly RewardConfig[];
  /** Folder of the experiment: reward files are relative to it. */
  readonly baseDir: string;
  /** Folder for the bundled modules; made where it is missing. */
  readonly outDir: string;
  readonly onWarning: (message: string) => void;
  /** Texts that stand for files on the disk, by absolute path. */
  readonly unsaved?: ReadonlyMap<string, string>;
  /** Absolute path of a file that `Scorer.trace` tells about. */
  readonly trace?: string;
  /** For scorers that are opened again and again: with it esbuild's process stays, and graders may be there already. */
  readonly standby?: GraderStandby;
  /** For what reward functions ask of the engine: runs of tests, judges. */
  readonly services?: ServiceOptions;
  /**
   * Scores with the rewards that can be used, as long as there is one; each of the others has its error with every completion. Without
   * it the first that cannot be used is an error of all.
   */
  readonly partly?: true;
  /** Ends all processes at once, even while they load; what is asked then rejects. */
  readonly signal?: AbortSignal;
}

/** The completions of one prompt. */
export interface GroupToScore {
  /** The dataset's columns. */
  readonly row: Readonly<Record<string, unknown>>;
  readonly prompt: string;
  /** The training step that the completions were written in; left out where nothing is trained. */
  readonly step?: number;
  /** The step whose weights make the sum of the rewards; that of `step`, or 0, unless given. */
  readonly weighedAt?: number;
  /** Names of rewards that do not apply to the problem's task: they are not asked, and have no value. */
  readonly skip?: readonly string[];
  /** Which of its group the first of the completions is, where they are the rest of one; 0 unless given. */
  readonly first?: number;
  readonly completions: readonly {
    readonly text: string;
    /** Number of tokens, the one that ended the completion included. */
    readonly tokens: number;
  }[];
}

export interface Verdicts {
  /** By reward name, in the experiment's order. */
  readonly rewards: Readonly<Record<string, RewardResult>>;
  /** Weighted sum, see `combineRewards`. */
  readonly reward: number | null;
}

export interface TracedVerdicts {
  readonly verdicts: readonly (readonly Verdicts[])[];
  readonly trace: Trace | null;
}

/** A reward file as it is used, for the run to keep. */
export interface RewardFile {
  /** Absolute path. */
  readonly file: string;
  readonly hash: string;
  readonly sources: readonly RewardSource[];
  /** Absolute folder that the names of the sources are relative to. */
  readonly root: string;
  /** As `CollectedSources` has them. */
  readonly packages: readonly string[];
}

export interface Scorer {
  /** In the experiment's order. */
  readonly names: readonly string[];
  /** By reward name: what identifies the code that scores. */
  readonly hashes: Readonly<Record<string, string>>;
  readonly files: readonly RewardFile[];
  /** Whether all rewards can be used. */
  readonly whole: boolean;
  /** What the reward code may do on this machine; null without rewards. */
  readonly granted: GrantedPermissions | null;
  /** Of its processes as they are now. */
  readonly pids: readonly number[];
  /** Verdicts by group and completion, in their order. A failing function is an error in them, never a rejection. */
  score(groups: readonly GroupToScore[]): Promise<readonly (readonly Verdicts[])[]>;
  /**
   * The same verdicts, with what happened in the traced file; null where it is none of the rewards' or cannot be told about.
   * @param watch index among all completions of the one whose values are wanted
   */
  trace(groups: readonly GroupToScore[], watch: number | null): Promise<TracedVerdicts>;
  /** Resolves when no process is left. */
  close(): Promise<void>;
}

/**
 * Checks and bundles the rewards and starts a grader process for each file (and one for the built-ins), so that what one file
 * does to its process touches no other. Throws `UserError` on a name given twice, a wrong built-in or option, and a file that
 * is missing, does not compile, does not export the function or cannot be loaded, or is in Python where there is none.
 */
export async function openScorer(options: ScorerOptions): Promise<Scorer> {
  const { rewards, baseDir, signal } = options;
  const outDir = path.resolve(options.outDir);
  const names = rewards.map(rewardName);
  const unusable = new UnusableRewards({ partly: options.partly === true, signal });
  const loaded = await loadEntries(rewards, moduleOptions(options, outDir), unusable);
  // A process may read it only if it is there, and built-in rewards leave nothing in it.
  await mkdir(outDir, { recursive: true });
  const files = rewards.flatMap(({ file }) => (file === undefined ? [] : [path.resolve(baseDir, file)]));
  const place = graderPlace(path.resolve(baseDir), outDir, files);
  const serve = serveWith(options.services ?? {}, rewards, place.folder);
  const graders = await startGraders(loaded, { ...options, place, serve }, unusable);
  const close = async (): Promise<void> => {
    await Promise.all([...graders.values()].map((grader) => grader.close()));
  };
  try {
    unusable.requireOne(names);
  } catch (error) {
    await close();
    throw error;
  }
  const entries = loaded.filter(({ name }) => unusable.resultOf(name) === null);
  const modules = new Map(
    entries.flatMap(({ module, config }) =>
      module === null || config.file === undefined ? [] : [[path.resolve(baseDir, config.file), module] as const],
    ),
  );
  const weightsOfGroup = ({ step = 0, weighedAt = step }: GroupToScore): Record<string, number> =>
    rewardWeights({ rewards }, weighedAt);
  const verdictsOn = async (
    groups: readonly GroupToScore[],
    tracing?: Tracing,
  ): Promise<readonly (readonly Verdicts[])[]> => {
    const items = groups.map(itemsOf);
    const scored = entries.map(async (entry) => {
      const asked = askedGroups(groups, entry.name, tracing?.watch ?? null);
      const own = asked.groups.map((group) => items[group] ?? []);
      const traced = tracing && { ...tracing, watch: asked.watch };
      const results = await scoreGroups(graderOf(graders, entry), entry, own, traced);
      return [entry.name, new Map(asked.groups.map((group, index) => [group, results[index]]))] as const;
    });
    const columns = new Map(await Promise.all(scored));
    const resultOf = (name: string, group: number, index: number): RewardResult => {
      if (groups[group]?.skip?.includes(name) === true) return NOT_APPLICABLE;
      return columns.get(name)?.get(group)?.[index] ?? unusable.resultOf(name) ?? NOT_SCORED;
    };
    return groups.map((group, g) => {
      const weights = weightsOfGroup(group);
      return group.completions.map((_, i) => {
        const byName = Object.fromEntries(names.map((name) => [name, resultOf(name, g, i)]));
        return { rewards: byName, reward: combineRewards(byName, weights) };
      });
    });
  };
  return {
    names,
    hashes: Object.fromEntries(entries.map((entry) => [entry.name, entry.module?.hash ?? builtinHash(entry)])),
    granted: widest([...graders.values()].map(({ granted }) => granted)),
    get pids() {
      return [...graders.values()].flatMap(({ pid }) => pid ?? []);
    },
    files: [...modules].map(([file, { hash, sources, root, packages }]) => ({ file, hash, sources, root, packages })),
    whole: unusable.none,
    score: (groups) => verdictsOn(groups),
    trace: async (groups, watch) => {
      // Of a file that is in several modules, each has the same places.
      const places = entries.map(({ module }) => module?.places ?? null).find((found) => found !== null);
      const counts = new TraceCounts(places ?? []);
      const verdicts = await verdictsOn(groups, { watch, onTrace: (trace) => counts.add(trace) });
      return { verdicts, trace: places === undefined ? null : counts.trace() };
    },
    close,
  };
}

function moduleOptions({ baseDir, unsaved, trace, standby }: ScorerOptions, outDir: string): ModuleOptions {
  return {
    baseDir,
    outDir,
    staysWarm: standby !== undefined,
    ...(unsaved === undefined ? {} : { unsaved }),
    ...(trace === undefined ? {} : { trace }),
  };
}

/** What at least one of them may do: those in Python may do everything. */
function widest(granted: readonly GrantedPermissions[]): GrantedPermissions | null {
  return granted.find(({ enforced }) => !enforced) ?? granted[0] ?? null;
}

const NOT_APPLICABLE: RewardResult = { value: null };

/** Of a result that is missing, which a grader never leaves out; an error, so that it could not pass for "not applicable". */
const NOT_SCORED = failed('crashed', 'was not scored');

function graderOf(graders: GraderByModule, { module, name }: Entry): Grader {
  const grader = graders.get(module);
  if (grader === undefined) throw new Error(`No grader was started for the reward "${name}".`);
  return grader;
}

type Item = GraderJob['items'][number];

/** What a function is given for each completion; the named arguments hide columns of the same name. */
export function itemsOf({ row, prompt, step, first = 0, completions }: GroupToScore): readonly Item[] {
  return completions.map(({ text, tokens }, index) => ({
    ...row,
    completion: text,
    prompt,
    completionTokens: tokens,
    step: step ?? null,
    index: first + index,
  }));
}

/** One function's results by group and completion. Completions of all groups go in one request, so that slow ones overlap. */
async function scoreGroups(
  grader: Grader,
  { name, per }: Entry,
  groups: readonly (readonly Item[])[],
  tracing?: Tracing,
): Promise<readonly (readonly RewardResult[])[]> {
  const ask = (items: readonly Item[], first: number): Promise<readonly RewardResult[]> =>
    grader.score({
      reward: name,
      items,
      ...(tracing === undefined ? {} : { tracing: within(tracing, first, items.length) }),
    });
  let start = 0;
  const starts = groups.map(({ length }) => (start += length) - length);
  if (per === 'group') return Promise.all(groups.map((items, g) => ask(items, starts[g] ?? 0)));
  const results = await ask(groups.flat(), 0);
  return groups.map(({ length }, g) => results.slice(starts[g] ?? 0, (starts[g] ?? 0) + length));
}

/** With the watched completion's index among `length` ones that begin with the one at `first`. */
function within({ watch, onTrace }: Tracing, first: number, length: number): Tracing {
  const index = (watch ?? -1) - first;
  return { watch: index >= 0 && index < length ? index : null, onTrace };
}

/** Its code is the engine's own, so its identity is its name and the version of what it computes. */
function builtinHash({ config }: Entry): string {
  return createHash('sha256').update(`builtin ${config.function} ${BUILTINS_VERSION}`).digest('hex');
}
