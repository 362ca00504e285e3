/** Which Node runs engines, and whether it can. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { NEEDED_NODE, nodeSuffices } from '../../engine/process/nodeVersion.ts';
import { runProgram } from '../../engine/process/program.ts';

export interface NodeRuntime {
  readonly path: string;
  /** It is the editor's own program, which is Node only if told so. */
  readonly electron: boolean;
}

/** The Node of the setting `rlvr.engine.node`; where that is empty, the one in the editor. */
export function chooseRuntime(setting: string | null): NodeRuntime {
  const named = setting?.trim() ?? '';
  const path = named === '' ? process.execPath : named;
  return { path, electron: path === process.execPath && process.versions['electron'] !== undefined };
}

/** A program of the engine: in source it lies in the engine's folder, in a bundle beside this one. */
export function engineDoor(name: 'main' | 'compute' | 'debugScore'): string {
  const inSource = import.meta.url.endsWith('/engine/nodeRuntime.ts');
  return fileURLToPath(new URL(inSource ? `../../engine/${name}.ts` : `./${name}.js`, import.meta.url));
}

/** Milliseconds: loading ONNX Runtime from a cold disk takes some seconds. */
const PROBE_TIMEOUT_MS = 60_000;

/**
 * Runs in the Node that is judged, whatever that is. The compute child's program loads ONNX Runtime and waits for orders; as
 * nobody gives it any, it is of no other effect. Never in the host: a native library that crashes takes its process with it.
 */
const PROBE = `
const found = { node: process.versions.node, sqlite: null, runtime: null };
const lineOf = (error) => String((error && error.message) || error).split('\\n')[0];
try {
  const { DatabaseSync } = require('node:sqlite');
  new DatabaseSync(':memory:').exec('CREATE VIRTUAL TABLE t USING fts5(c)');
} catch (error) {
  found.sqlite = lineOf(error);
}
const tell = () => {
  console.log(JSON.stringify(found));
  process.exit(0);
};
// An import that waits for something does not keep the process.
setInterval(() => {}, 1000);
import(process.argv[1]).then(tell, (error) => {
  found.runtime = lineOf(error);
  tell();
});
`;

const foundSchema = z.object({ node: z.string(), sqlite: z.string().nullable(), runtime: z.string().nullable() });
/** What a Node was found to have; `sqlite` and `runtime` say what is wrong with them, null where nothing is. */
export type Found = z.output<typeof foundSchema>;

/** Those that can run engines; what could not may be mended at any moment. */
const sound = new Set<string>();

/**
 * What is missing to run engines on this Node, in a sentence that says what to do; null where nothing is.
 * @param program the address of the module that loads ONNX Runtime
 */
export async function runtimeProblem(
  runtime: NodeRuntime,
  program: string = pathToFileURL(engineDoor('compute')).href,
): Promise<string | null> {
  if (sound.has(runtime.path)) return null;
  const problem = describeProblem(runtime, await probe(runtime, program));
  if (problem === null) sound.add(runtime.path);
  return problem;
}

/** null where the program gave no answer. */
async function probe({ path, electron }: NodeRuntime, program: string): Promise<Found | null> {
  try {
    const result = await runProgram(path, ['--disable-warning=ExperimentalWarning', '-e', PROBE, program], {
      cwd: process.cwd(),
      timeout: PROBE_TIMEOUT_MS,
      maxOutput: 64 * 1024,
      ...(electron ? { environment: { ELECTRON_RUN_AS_NODE: '1' } } : {}),
    });
    const lines = result?.stdout.toString('utf8').trim().split('\n') ?? [];
    return foundSchema.parse(JSON.parse(lines.at(-1) ?? ''));
  } catch {
    return null;
  }
}

/** The sentence for what was found; null where all is well. */
export function describeProblem(runtime: NodeRuntime, found: Found | null): string | null {
  const own = runtime.path === process.execPath;
  const advice = own
    ? `Update the editor, or set rlvr.engine.node to the path of Node ${NEEDED_NODE} or later.`
    : "Name another one in the setting rlvr.engine.node, or clear it to use the editor's own.";
  const name = own ? "The editor's own Node" : runtime.path;
  if (found === null) return `${name} cannot run the engine: it gave no answer when it was tried. ${advice}`;
  if (!nodeSuffices(found.node)) {
    return `${name} is version ${found.node}, and the engine needs Node ${NEEDED_NODE}, or 24 and later. ${advice}`;
  }
  if (found.sqlite !== null) {
    return `${name} lacks SQLite with full-text search, in which runs are kept (${found.sqlite}). ${advice}`;
  }
  if (found.runtime !== null) {
    return `ONNX Runtime cannot be loaded on this machine (${found.runtime}). Install the RLVR-Ops extension for this platform again.`;
  }
  return null;
}
