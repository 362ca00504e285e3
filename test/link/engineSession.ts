/** Real engines, started and spoken to as an editor does. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startEngine, type EngineExit } from '../../src/engine/process/startEngine.ts';
import {
  END_FILE,
  endpointSchema,
  ENDPOINT_FILE,
  endSchema,
  LAUNCH_FILE,
  OUTPUT_FILE,
  type End,
  type Endpoint,
  type Job,
  type Launch,
  type Lease,
} from '../../src/engine/protocol/link.ts';
import type { ComputeLimits } from '../../src/engine/protocol/computeLimits.ts';
import { isRunning, until } from '../support/processes.ts';

/** Long enough for every test, and no engine is left for good where the tests themselves are killed. */
export const LEASE: Lease = { whenAlone: 'keepFor', minutes: 5 };

/** The engine as it is; `shortWaits.ts` is one that waits less for its editors. */
export const DOOR = fileURLToPath(new URL('../../src/engine/main.ts', import.meta.url));
export const SHORT_WAITS_DOOR = fileURLToPath(new URL('./shortWaits.ts', import.meta.url));

const folders: string[] = [];
const pids = new Set<number>();
// Those of a test that failed would go on, and their connections keep this process waiting.
after(() => {
  for (const pid of pids) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
});
process.on('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder with a short path (sockets lie in it) that is removed when the tests are over. */
export function shortFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rl-')));
  folders.push(folder);
  return folder;
}

/** A copy of what `npm run build` has made, as an installed extension has it, which may be deleted while an engine of it runs. */
export function installedCopy(): string {
  const dist = join(import.meta.dirname, '../../dist');
  assert.ok(existsSync(join(dist, 'main.js')), 'build first: npm run build');
  const installed = join(shortFolder(), 'dist');
  cpSync(dist, installed, { recursive: true });
  // Tells Node that these are modules, as the package does.
  writeFileSync(join(installed, 'package.json'), '{"type":"module"}');
  return installed;
}

export interface EngineSession {
  readonly dir: string;
  readonly launch: Launch;
  readonly pid: number;
  readonly ended: Promise<EngineExit>;
}

export interface SessionOptions {
  readonly lease?: Lease;
  readonly limits?: ComputeLimits;
  readonly door?: string;
  /** Where engines meet; of its own where it is not given, so that no other test's engine has the cores. */
  readonly meeting?: string;
}

export const SECRET = 'correct horse battery staple, 32 at least';

/** Writes what an engine is started with. */
export function writeSession(dir: string, job: Job, lease: Lease = LEASE, limits: ComputeLimits = {}): Launch {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const launch: Launch = { id: `test-${folders.length}`, secret: SECRET, job, lease, limits };
  writeFileSync(join(dir, LAUNCH_FILE), JSON.stringify(launch), { mode: 0o600 });
  return launch;
}

export function startSession(job: Job, { lease, limits, door = DOOR, meeting }: SessionOptions = {}): EngineSession {
  const dir = join(shortFolder(), 'session');
  const launch = writeSession(dir, job, lease, limits);
  return { launch, ...startIn(dir, { door, meeting: meeting ?? shortFolder() }) };
}

/** Starts the engine of a folder. */
export function startIn(
  dir: string,
  { door, meeting }: { readonly door: string; readonly meeting: string },
): Omit<EngineSession, 'launch'> {
  const { pid, ended } = startEngine({
    node: process.execPath,
    electron: false,
    door,
    sessionDir: dir,
    environment: { ...process.env, XDG_RUNTIME_DIR: meeting },
    outputFile: join(dir, OUTPUT_FILE),
  });
  if (pid === undefined) throw new Error('the engine was not started');
  pids.add(pid);
  return { dir, pid, ended };
}

/** Where the engine listens, once it does. Fails with what it printed where it ends before. */
export async function endpointOf({ dir, pid }: Pick<EngineSession, 'dir' | 'pid'>): Promise<Endpoint> {
  const look = (): Endpoint | null => readJson(join(dir, ENDPOINT_FILE), endpointSchema);
  await until(() => look() !== null || !isRunning(pid));
  return look() ?? assert.fail(`the engine ended:\n${outputOf({ dir })}`);
}

/** What the engine printed. */
export function outputOf({ dir }: Pick<EngineSession, 'dir'>): string {
  return readFileSync(join(dir, OUTPUT_FILE), 'utf8');
}

/** How it said that it ended; null where it did not. */
export function endOf({ dir }: Pick<EngineSession, 'dir'>): End | null {
  return readJson(join(dir, END_FILE), endSchema);
}

function readJson<Value>(path: string, schema: { parse(value: unknown): Value }): Value | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return null;
  }
  return schema.parse(JSON.parse(text));
}
