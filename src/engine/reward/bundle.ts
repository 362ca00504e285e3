/**
 * Makes one self-contained module of a user's reward file (TypeScript or JavaScript, with what it imports), for the grader to
 * load, and the hash by which a run knows the reward it was made with. Runs none of the user's code.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, stop, type BuildFailure, type BuildOptions, type Message, type Plugin } from 'esbuild';
import { UserError } from '../protocol/errors.ts';
import { nearest } from '../protocol/nearest.ts';
import { PROBE, type ProbedPlace } from '../source/probedPlaces.ts';
import { COMMON_JS_ENTRY, commonJsEntry } from './commonJsEntry.ts';
import { libraryModule } from './libraryModule.ts';
import { PROBE_SYMBOL } from './probe.ts';
import { collectSources, hashSources, type RewardSource } from './rewardSources.ts';
import { TracedFile } from './tracedFile.ts';

/** What the grader loads. */
export interface RewardModule {
  /** Absolute path of the bundle. */
  readonly path: string;
  /** sha256 over the entry, every file it imports, and name and version of every package. */
  readonly hash: string;
  /** The files it was made of, the entry first, packages left out: what a run keeps a copy of. */
  readonly sources: readonly RewardSource[];
  /** Absolute folder that the names of the sources are relative to, with links followed. */
  readonly root: string;
  /** As `CollectedSources` has them. */
  readonly packages: readonly string[];
  /** Names the entry exports. */
  readonly exports: readonly string[];
  /** The places of `BundleOptions.trace` that it calls the probe from; null where that file is not in it, or cannot be told about. */
  readonly places: readonly ProbedPlace[] | null;
}

/** The bundling that was asked for last. */
let last: Promise<unknown> = Promise.resolve();
/** Bundlings that were asked for and are not done. */
let asked = 0;

export interface BundleOptions {
  /** Folder for the modules; made where it is missing. */
  readonly outDir: string;
  /** Texts that stand for files on the disk, by absolute path: what an editor has not saved. */
  readonly unsaved?: ReadonlyMap<string, string>;
  /** Absolute path of a file that is to tell what happens in it. */
  readonly trace?: string;
  /** Leaves esbuild's process for the next bundling, which then takes a few milliseconds. It ends with ours. */
  readonly staysWarm?: boolean;
}

/**
 * Bundles a file (absolute path). Calls are worked on one after the other: the last that is waited for stops esbuild's process, and a
 * build that is under way in it then would never end.
 * @throws UserError naming file, line and cause
 */
export function bundleReward(file: string, options: BundleOptions): Promise<RewardModule> {
  asked += 1;
  const bundled = last.then(() => bundleNext(file, options));
  last = bundled.catch(() => undefined);
  return bundled;
}

async function bundleNext(file: string, options: BundleOptions): Promise<RewardModule> {
  try {
    return await bundle(file, options);
  } finally {
    asked -= 1;
    if (asked === 0 && options.staysWarm !== true) await stop();
  }
}

/** Throws `UserError` unless `module` exports `name`; lists what it does export. */
export function requireExport(module: RewardModule, file: string, name: string): void {
  if (module.exports.includes(name)) return;
  const near = nearest(name, module.exports);
  const exported = module.exports.length === 0 ? 'nothing' : module.exports.join(', ');
  throw new UserError(
    `${file} exports no function "${name}"${near === undefined ? '.' : `; did you mean "${near}"?`} ` +
      `It exports ${exported}. Write "export const ${name} = ..." there, or correct "function" in the experiment.`,
  );
}

async function bundle(file: string, options: BundleOptions): Promise<RewardModule> {
  const { outDir, unsaved = new Map<string, string>(), trace } = options;
  if (!unsaved.has(file)) await requireFile(file);
  const files = new Map<string, Uint8Array>();
  const traced = trace === undefined ? null : await TracedFile.at(await followed(trace));
  // esbuild names files as they are when links are followed.
  const texts = new Map(
    await Promise.all([...unsaved].map(async ([named, text]) => [await followed(named), text] as const)),
  );
  const reading = remember(files, texts, traced);
  const compile = (): Promise<Compiled> =>
    compileReward(file, { outDir, reading, probed: traced !== null, read: files });
  const { code, exports } = await compile()
    .catch((error: unknown) => {
      // What the compiler says is of the text as it was written.
      if (traced?.giveUp() === true) return compile();
      throw error;
    })
    .catch((error: unknown) => {
      throw isBuildFailure(error) ? new UserError(describeFailure(file, error.errors)) : error;
    });
  const collected = await collectSources(await followed(file), files);
  const hash = hashSources(collected);
  // Named for what is in it: two reward files of the same name do not collide.
  const digest = createHash('sha256').update(code).digest('hex').slice(0, 12);
  const written = path.join(outDir, `${path.parse(file).name}-${digest}.mjs`);
  await fs.mkdir(outDir, { recursive: true });
  await fs.writeFile(written, code);
  return { ...collected, path: written, hash, exports, places: traced?.places ?? null };
}

interface Compiled {
  readonly code: Uint8Array;
  readonly exports: readonly string[];
}

/** The path without links; itself where there is no such file. */
function followed(file: string): Promise<string> {
  return fs.realpath(file).catch(() => file);
}

interface Compiling {
  readonly outDir: string;
  readonly reading: Plugin;
  readonly probed: boolean;
  /** Contents by path with links followed, as far as they were read. */
  readonly read: ReadonlyMap<string, Uint8Array>;
}

async function compileReward(file: string, compiling: Compiling): Promise<Compiled> {
  const { code, exports, isCommonJs } = await compileEntry(file, { entryPoints: [file] }, compiling);
  if (!isCommonJs) return { code, exports };
  const text = new TextDecoder().decode(compiling.read.get(await followed(file)));
  const contents = await commonJsEntry(file, text);
  return compileEntry(
    file,
    { stdin: { contents, resolveDir: path.dirname(file), sourcefile: COMMON_JS_ENTRY } },
    compiling,
  );
}

/** @returns `isCommonJs`: whether the entry is a CommonJS module, whose exports esbuild does not name */
async function compileEntry(
  file: string,
  entry: Pick<BuildOptions, 'entryPoints' | 'stdin'>,
  { outDir, reading, probed }: Compiling,
): Promise<Compiled & { readonly isCommonJs: boolean }> {
  const probe = !probed ? '' : ` const ${PROBE} = globalThis[Symbol.for('${PROBE_SYMBOL}')];`;
  const result = await build({
    ...entry,
    bundle: true,
    write: false,
    metafile: true,
    // Paths in error messages are relative to it.
    absWorkingDir: path.dirname(file),
    // Source maps hold paths relative to it.
    outdir: outDir,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'silent',
    plugins: [libraryModule, reading],
    // So that a file lying beside the reward file is found from it, as if it had not been bundled.
    define: {
      'import.meta.url': JSON.stringify(pathToFileURL(file).href),
      'import.meta.filename': JSON.stringify(file),
      'import.meta.dirname': JSON.stringify(path.dirname(file)),
    },
    // CommonJS packages call require for Node's own modules.
    banner: {
      js: `import { createRequire as rlvrCreateRequire } from 'node:module'; const require = rlvrCreateRequire(${JSON.stringify(file)});${probe}`,
    },
  });
  const { exports = [], entryPoint = '' } = Object.values(result.metafile.outputs)[0] ?? {};
  return {
    code: result.outputFiles[0]?.contents ?? new Uint8Array(),
    exports,
    isCommonJs: result.metafile.inputs[entryPoint]?.format === 'cjs',
  };
}

async function requireFile(file: string): Promise<void> {
  const stats = await fs.stat(file).catch(() => null);
  if (stats === null)
    throw new UserError(
      `There is no reward file ${file}. Correct "file" of the reward; it is relative to the experiment.`,
    );
  if (!stats.isFile())
    throw new UserError(`The reward file ${file} is not a file. Name a TypeScript or JavaScript module.`);
}

/** Reads the files for esbuild and keeps them, so that the hash is of the very bytes that were bundled. */
function remember(
  files: Map<string, Uint8Array>,
  unsaved: ReadonlyMap<string, string>,
  traced: TracedFile | null,
): Plugin {
  return {
    name: 'remember-sources',
    setup: (build) => {
      build.onLoad({ filter: /.*/, namespace: 'file' }, async (args) => {
        const text = unsaved.get(args.path);
        const contents = text === undefined ? await fs.readFile(args.path) : new TextEncoder().encode(text);
        files.set(args.path, contents);
        return { contents: traced?.contentsOf(args.path, contents) ?? contents, loader: 'default' };
      });
    },
  };
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

function describeFailure(file: string, errors: readonly Message[]): string {
  const lines = errors.map(({ text, location, notes }) => {
    const where = location === null ? '' : `${location.file}:${location.line}:${location.column + 1}: `;
    const code = location === null ? '' : `\n    ${location.lineText.trim()}`;
    return `  ${where}${text}${code}${notes.map((note) => `\n    ${note.text}`).join('')}`;
  });
  return `The reward file ${file} cannot be loaded:\n${lines.join('\n')}`;
}
