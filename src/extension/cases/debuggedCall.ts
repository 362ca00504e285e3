/** What a debugger is started with for one call of a reward function. */
import { copyFileSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { runProgram } from '../../engine/process/program.ts';
import { CALL_FILE, MODULES_FOLDER, REPLIES_FILE, type DebuggedCall } from '../../engine/protocol/debugScore.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import { JUDGE_FILE } from '../../engine/run/layout.ts';
import { engineDoor, type NodeRuntime } from '../engine/nodeRuntime.ts';

/** The part of js-debug's launch configuration that is used here. */
export interface LaunchConfiguration {
  readonly type: 'node';
  readonly request: 'launch';
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly runtimeExecutable: string;
  readonly env: Readonly<Record<string, string>>;
  readonly outFiles: readonly string[];
  readonly resolveSourceMapLocations: readonly string[];
  readonly skipFiles: readonly string[];
  readonly [option: string]: unknown;
}

/** Milliseconds: esbuild takes a tenth of a second, a machine under load some more. */
const BUNDLE_TIMEOUT_MS = 30_000;

/** Bytes of the path, or of what is wrong with the file. */
const MAX_OUTPUT = 64 * 1024;

/**
 * Bundles the reward file, before the debugger looks for its source map.
 * @param runDir the run that the completion is of; null where there is none
 * @returns the configuration, and the folder that is to be removed after the session
 * @throws UserError where the file cannot be bundled: file, line and cause
 */
export async function prepareDebugging(
  call: DebuggedCall,
  runtime: NodeRuntime,
  runDir: string | null,
): Promise<{ readonly configuration: LaunchConfiguration; readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'rlvr-debug-'));
  writeFileSync(join(folder, CALL_FILE), JSON.stringify(call));
  const replies = runDir === null ? null : join(runDir, JUDGE_FILE);
  if (replies !== null && existsSync(replies)) copyFileSync(replies, join(folder, REPLIES_FILE));
  const door = engineDoor('debugScore');
  const environment = runtime.electron ? { ELECTRON_RUN_AS_NODE: '1' } : {};
  const bundled = await runProgram(runtime.path, [door, 'bundle', folder], {
    cwd: call.baseDir,
    timeout: BUNDLE_TIMEOUT_MS,
    maxOutput: MAX_OUTPUT,
    environment,
  });
  const said = bundled?.stdout.toString('utf8') ?? '';
  if (bundled?.exitCode !== 0) throw new UserError(said === '' ? `${call.file} could not be bundled.` : said);
  const modules = `${slashed(join(folder, MODULES_FOLDER))}/**`;
  const configuration: LaunchConfiguration = {
    type: 'node',
    request: 'launch',
    name: `Debug ${call.function}`,
    program: door,
    args: ['call', folder, said],
    cwd: call.baseDir,
    runtimeExecutable: runtime.path,
    env: environment,
    outFiles: [modules],
    resolveSourceMapLocations: [modules],
    // The breakpoints have to be there before the module is run, which takes a moment.
    pauseForSourceMap: true,
    autoAttachChildProcesses: false,
    console: 'internalConsole',
    internalConsoleOptions: 'openOnSessionStart',
    skipFiles: ['<node_internals>/**', slashed(door)],
  };
  return { configuration, folder };
}

/** As globs have it on every system. */
function slashed(path: string): string {
  return path.split(sep).join('/');
}
