/** The trainer's view of rewards: opened once for an experiment, then asked for the verdicts on groups of completions. */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { RewardResult } from '../protocol/completion.ts';
import { UserError } from '../protocol/errors.ts';
import type { RewardConfig } from '../protocol/experiment.ts';
import type { GraderJob, GraderSetup, GrantedPermissions, PythonSetup } from '../protocol/grader.ts';
import type { Trace } from '../protocol/scoring.ts';
import { PER_OF_CONVENTION } from '../source/pythonRewards.ts';
import { BUILTINS_VERSION, prepareBuiltin } from './builtins.ts';
import { requireExport } from './bundle.ts';
import { combineRewards } from './combine.ts';
import { startGrader, type Grader, type GraderOptions, type Tracing } from './graderClient.ts';
import { MEMORY_LIMIT_BYTES } from './graderLimits.ts';
import { graderPlace } from './graderPlace.ts';
import type { GraderStandby } from './graderStandby.ts';
import { requirePythonReward, type PythonModule, type PythonReward } from './python/pythonModule.ts';
import { isPython, loadModules, type Module } from './rewardModules.ts';
import type { RewardSource } from './rewardSources.ts';
import { failed } from './score.ts';
import { serveWith, type ServiceOptions } from './services/serve.ts';
import { TraceCounts } from './traceCounts.ts';

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
}

export interface Scorer {
  /** In the experiment's order. */
  readonly names: readonly string[];
  /** By reward name: what identifies the code that scores. */
  readonly hashes: Readonly<Record<string, string>>;
  readonly files: readonly RewardFile[];
  /** What the reward code may do on this machine; null without rewards. */
  readonly granted: GrantedPermissions | null;
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
  const { rewards, baseDir } = options;
  const outDir = path.resolve(options.outDir);
  const files = rewards.map(({ file }) => (file === undefined ? [] : [path.resolve(baseDir, file)])).flat();
  const modules = await loadModules(files, {
    baseDir,
    outDir,
    staysWarm: options.standby !== undefined,
    ...(options.unsaved === undefined ? {} : { unsaved: options.unsaved }),
    ...(options.trace === undefined ? {} : { trace: options.trace }),
  });
  const entries = rewards.map((config) => entryOf(config, baseDir, modules));
  refuseDuplicates(entries.map(({ name }) => name));
  // A process may read it only if it is there, and built-in rewards leave nothing in it.
  await mkdir(outDir, { recursive: true });
  const place = graderPlace(path.resolve(baseDir), outDir, files);
  const graders = await startGraders(entries, {
    ...options,
    place,
    serve: serveWith(options.services ?? {}, rewards, place.folder),
  });
  const weights = Object.fromEntries(entries.map(({ name, config }) => [name, config.weight]));
  const verdictsOn = async (
    groups: readonly GroupToScore[],
    tracing?: Tracing,
  ): Promise<readonly (readonly Verdicts[])[]> => {
    const items = groups.map(itemsOf);
    const columns = await Promise.all(
      entries.map(async (entry) => scoreGroups(graderOf(graders, entry), entry, items, tracing)),
    );
    return items.map((group, g) =>
      group.map((_, i) => {
        const results = entries.map(({ name }, n) => [name, columns[n]?.[g]?.[i] ?? NOT_SCORED] as const);
        const byName: Readonly<Record<string, RewardResult>> = Object.fromEntries(results);
        return { rewards: byName, reward: combineRewards(byName, weights) };
      }),
    );
  };
  return {
    names: entries.map(({ name }) => name),
    hashes: Object.fromEntries(entries.map((entry) => [entry.name, entry.module?.hash ?? builtinHash(entry)])),
    granted: widest([...graders.values()].map(({ granted }) => granted)),
    files: [...modules].map(([file, { hash, sources }]) => ({ file, hash, sources })),
    score: (groups) => verdictsOn(groups),
    trace: async (groups, watch) => {
      // Of a file that is in several modules, each has the same places.
      const places = entries.map(({ module }) => module?.places ?? null).find((found) => found !== null);
      const counts = new TraceCounts(places ?? []);
      const verdicts = await verdictsOn(groups, { watch, onTrace: (trace) => counts.add(trace) });
      return { verdicts, trace: places === undefined ? null : counts.trace() };
    },
    close: async () => {
      await Promise.all([...graders.values()].map((grader) => grader.close()));
    },
  };
}

/** A reward of the experiment with what scores it: the module of its file, or null for a built-in. */
interface Entry {
  readonly name: string;
  readonly config: RewardConfig;
  readonly module: Module | null;
  readonly per: RewardConfig['per'];
  /** Of a module in Python. */
  readonly python: PythonReward | null;
}

/** What at least one of them may do: those in Python may do everything. */
function widest(granted: readonly GrantedPermissions[]): GrantedPermissions | null {
  return granted.find(({ enforced }) => !enforced) ?? granted[0] ?? null;
}

/** Of a result that is missing, which a grader never leaves out; an error, so that it could not pass for "not applicable". */
const NOT_SCORED = failed('crashed', 'was not scored');

function entryOf(config: RewardConfig, baseDir: string, modules: ReadonlyMap<string, Module>): Entry {
  const name = config.name ?? config.function;
  if (config.file === undefined) {
    // Made here only to check it; the grader makes its own.
    prepareBuiltin(config.function, config.options);
    return { name, config, module: null, per: config.per, python: null };
  }
  const file = path.resolve(baseDir, config.file);
  const module = modules.get(file) ?? null;
  if (module !== null && isPython(module)) {
    // Its parameters say what one call is given, and the experiment need not.
    const python = requirePythonReward(module, config.function, path.resolve(baseDir));
    return { name, config, module, per: PER_OF_CONVENTION[python.convention], python };
  }
  if (module !== null) requireExport(module, file, config.function);
  return { name, config, module, per: config.per, python: null };
}

function refuseDuplicates(names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new UserError(
    `Two rewards are called "${twice}". Give one of them another "name": metrics and results go by it.`,
  );
}

/** One grader for each module, and one for all built-ins. */
async function startGraders(
  entries: readonly Entry[],
  options: GraderOptions,
): Promise<ReadonlyMap<Module | null, Grader>> {
  const graders = new Map<Module | null, Grader>();
  try {
    for (const module of new Set(entries.map((entry) => entry.module))) {
      const own = entries.filter((entry) => entry.module === module);
      const runtime = module !== null && isPython(module) ? { python: module.python } : {};
      graders.set(module, await startGrader(setupOf(own, options.place.folder), { ...options, ...runtime }));
    }
    return graders;
  } catch (error) {
    await Promise.all([...graders.values()].map((grader) => grader.close()));
    throw error;
  }
}

function setupOf(entries: readonly Entry[], folder: string): GraderSetup {
  const rewards = entries.map(({ name, config, module, per }) => ({
    name,
    module: module?.path ?? null,
    function: config.function,
    per,
    options: config.options,
    timeoutMs: config.timeout * 1000,
  }));
  const module = entries[0]?.module ?? null;
  if (module !== null && isPython(module))
    return { kind: 'setup', folder, rewards, python: pythonSetup(module, entries) };
  const places = module?.places?.length ?? 0;
  return { kind: 'setup', folder, rewards, ...(places === 0 ? {} : { places }) };
}

function pythonSetup({ modules }: PythonModule, entries: readonly Entry[]): PythonSetup {
  const functions = entries.flatMap(({ name, python }) => (python === null ? [] : [[name, python] as const]));
  return { sources: modules, functions: Object.fromEntries(functions), memoryBytes: MEMORY_LIMIT_BYTES };
}

function graderOf(graders: ReadonlyMap<Module | null, Grader>, { module, name }: Entry): Grader {
  const grader = graders.get(module);
  if (grader === undefined) throw new Error(`No grader was started for the reward "${name}".`);
  return grader;
}

type Item = GraderJob['items'][number];

/** What a function is given for each completion; the named arguments hide columns of the same name. */
export function itemsOf({ row, prompt, step, completions }: GroupToScore): readonly Item[] {
  return completions.map(({ text, tokens }, index) => ({
    ...row,
    completion: text,
    prompt,
    completionTokens: tokens,
    step: step ?? null,
    index,
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
