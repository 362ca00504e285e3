/** The trainer's view of rewards: opened once for an experiment, then asked for the verdicts on groups of completions. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { RewardResult } from '../protocol/completion.ts';
import { UserError } from '../protocol/errors.ts';
import type { RewardConfig } from '../protocol/experiment.ts';
import type { GraderJob, GraderSetup } from '../protocol/grader.ts';
import { BUILTINS_VERSION, prepareBuiltin } from './builtins.ts';
import { bundleRewards, requireExport, type RewardModule } from './bundle.ts';
import { combineRewards } from './combine.ts';
import { startGrader, type Grader, type GraderOptions } from './graderClient.ts';
import type { GraderStandby } from './graderStandby.ts';
import type { RewardSource } from './rewardSources.ts';
import { failed } from './score.ts';

export interface ScorerOptions {
  readonly rewards: readonly RewardConfig[];
  /** Folder of the experiment: reward files are relative to it, and reward code runs in it. */
  readonly baseDir: string;
  /** Folder for the bundled modules; made where it is missing. */
  readonly outDir: string;
  readonly onWarning: (message: string) => void;
  /** Texts that stand for files on the disk, by absolute path. */
  readonly unsaved?: ReadonlyMap<string, string>;
  /** For scorers that are opened again and again: with it esbuild's process stays, and graders may be there already. */
  readonly standby?: GraderStandby;
  /** Ends all processes at once, even while they load; what is asked then rejects. */
  readonly signal?: AbortSignal;
}

/** The completions of one prompt. */
export interface GroupToScore {
  /** The dataset's columns. */
  readonly row: Readonly<Record<string, unknown>>;
  readonly prompt: string;
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
  /** Verdicts by group and completion, in their order. A failing function is an error in them, never a rejection. */
  score(groups: readonly GroupToScore[]): Promise<readonly (readonly Verdicts[])[]>;
  /** Resolves when no process is left. */
  close(): Promise<void>;
}

/**
 * Checks and bundles the rewards and starts a grader process for each file (and one for the built-ins), so that what one file
 * does to its process touches no other. Throws `UserError` on a name given twice, a wrong built-in or option, and a file that
 * is missing, does not compile, does not export the function or cannot be loaded.
 */
export async function openScorer(options: ScorerOptions): Promise<Scorer> {
  const { rewards, baseDir, standby } = options;
  const files = rewards.map(({ file }) => (file === undefined ? [] : [path.resolve(baseDir, file)])).flat();
  const modules = await bundleRewards(files, {
    outDir: path.resolve(options.outDir),
    staysWarm: standby !== undefined,
    ...(options.unsaved === undefined ? {} : { unsaved: options.unsaved }),
  });
  const entries = rewards.map((config) => entryOf(config, baseDir, modules));
  refuseDuplicates(entries.map(({ name }) => name));
  const graders = await startGraders(entries, { ...options, cwd: baseDir });
  const weights = Object.fromEntries(entries.map(({ name, config }) => [name, config.weight]));
  return {
    names: entries.map(({ name }) => name),
    hashes: Object.fromEntries(entries.map((entry) => [entry.name, entry.module?.hash ?? builtinHash(entry)])),
    files: [...modules].map(([file, { hash, sources }]) => ({ file, hash, sources })),
    score: async (groups) => {
      const items = groups.map(itemsOf);
      const columns = await Promise.all(
        entries.map(async (entry) => scoreGroups(graderOf(graders, entry), entry, items)),
      );
      return items.map((group, g) =>
        group.map((_, i) => {
          const results = entries.map(({ name }, n) => [name, columns[n]?.[g]?.[i] ?? NOT_SCORED] as const);
          const byName: Readonly<Record<string, RewardResult>> = Object.fromEntries(results);
          return { rewards: byName, reward: combineRewards(byName, weights) };
        }),
      );
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
  readonly module: RewardModule | null;
}

/** Of a result that is missing, which a grader never leaves out; an error, so that it could not pass for "not applicable". */
const NOT_SCORED = failed('crashed', 'was not scored');

function entryOf(config: RewardConfig, baseDir: string, modules: ReadonlyMap<string, RewardModule>): Entry {
  const name = config.name ?? config.function;
  if (config.file === undefined) {
    // Made here only to check it; the grader makes its own.
    prepareBuiltin(config.function, config.options);
    return { name, config, module: null };
  }
  const file = path.resolve(baseDir, config.file);
  const module = modules.get(file) ?? null;
  if (module !== null) requireExport(module, file, config.function);
  return { name, config, module };
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
): Promise<ReadonlyMap<RewardModule | null, Grader>> {
  const graders = new Map<RewardModule | null, Grader>();
  try {
    for (const module of new Set(entries.map((entry) => entry.module))) {
      const own = entries.filter((entry) => entry.module === module);
      graders.set(module, await startGrader(setupOf(own), options));
    }
    return graders;
  } catch (error) {
    await Promise.all([...graders.values()].map((grader) => grader.close()));
    throw error;
  }
}

function setupOf(entries: readonly Entry[]): GraderSetup {
  const rewards = entries.map(({ name, config, module }) => ({
    name,
    module: module?.path ?? null,
    function: config.function,
    per: config.per,
    options: config.options,
    timeoutMs: config.timeout * 1000,
  }));
  return { kind: 'setup', rewards };
}

function graderOf(graders: ReadonlyMap<RewardModule | null, Grader>, { module, name }: Entry): Grader {
  const grader = graders.get(module);
  if (grader === undefined) throw new Error(`No grader was started for the reward "${name}".`);
  return grader;
}

type Item = GraderJob['items'][number];

/** What a function is given for each completion; the named arguments hide columns of the same name. */
function itemsOf({ row, prompt, completions }: GroupToScore): readonly Item[] {
  return completions.map(({ text, tokens }, index) => ({
    ...row,
    completion: text,
    prompt,
    completionTokens: tokens,
    index,
  }));
}

/** One function's results by group and completion. Completions of all groups go in one request, so that slow ones overlap. */
async function scoreGroups(
  grader: Grader,
  { name, config }: Entry,
  groups: readonly (readonly Item[])[],
): Promise<readonly (readonly RewardResult[])[]> {
  if (config.per === 'group') return Promise.all(groups.map((items) => grader.score({ reward: name, items })));
  const results = await grader.score({ reward: name, items: groups.flat() });
  let start = 0;
  return groups.map(({ length }) => results.slice(start, (start += length)));
}

/** Its code is the engine's own, so its identity is its name and the version of what it computes. */
function builtinHash({ config }: Entry): string {
  return createHash('sha256').update(`builtin ${config.function} ${BUILTINS_VERSION}`).digest('hex');
}
