/**
 * The folder through which the windows of a user find an engine. Its files are in `protocol/link.ts`; beside them lies one
 * `start-N` for each time that an engine was started in it.
 */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import {
  END_FILE,
  ENDPOINT_FILE,
  endpointSchema,
  endSchema,
  LAUNCH_FILE,
  launchSchema,
  OUTPUT_FILE,
  type End,
  type Endpoint,
  type Job,
  type Launch,
  type Lease,
} from '../../engine/protocol/link.ts';
import { readFileEnd } from '../../engine/run/fileEnd.ts';

export interface Session {
  readonly dir: string;
  readonly launch: Launch;
}

const startSchema = z.object({
  /** The newest step of the run at that moment; null for none. */
  lastStep: z.int().nullable(),
  /** ISO 8601. */
  at: z.string(),
});

/** One time that an engine was started in a session. */
export type SessionStart = z.output<typeof startSchema>;

/** Bytes from the end of what an engine printed: an error with its stack. */
const OUTPUT_TAIL_BYTES = 4096;

/** What an engine is told of its machine: the Python for rewards in Python, without which it looks for one, what it may take, and whether its battery. */
export type EngineSettings = Pick<Launch, 'python' | 'limits' | 'pauseOnBattery'>;

/** Draws the folder for a new engine, which is yet to be made. Ids sort by the time of the start. */
export function newSessionDir(sessionsDir: string): string {
  return join(sessionsDir, `${Date.now().toString(36)}-${randomBytes(6).toString('hex')}`);
}

/**
 * Makes the folder of a new engine, from `newSessionDir`; only its user can look into it.
 *
 * The secret lies in a file because it must outlive this window, as the engine does: after "Developer: Reload Window" the next one
 * needs it. Whoever can read the file can act as its user anyway.
 * @param own what the editor's settings say of the engine
 */
export async function createSession(dir: string, job: Job, lease: Lease, own: EngineSettings = {}): Promise<Session> {
  await mkdir(dirname(dir), { recursive: true, mode: 0o700 });
  await mkdir(dir, { mode: 0o700 });
  const secret = randomBytes(32).toString('hex');
  const launch: Launch = { id: basename(dir), secret, job, lease, ...own };
  await writeWhole(join(dir, LAUNCH_FILE), launch);
  return { dir, launch };
}

/** Gives another job to the engine that is started next in this folder, where the one before is gone. */
export async function changeJob(session: Session, job: Job, lease: Lease): Promise<Session> {
  await removeSocket(session);
  const { dir, launch } = session;
  const changed: Launch = { ...launch, job, lease };
  await writeWhole(join(dir, LAUNCH_FILE), changed);
  return { dir, launch: changed };
}

/** The folders under `sessionsDir`, oldest first. */
export async function sessionFolders(sessionsDir: string): Promise<string[]> {
  const names = await readdir(sessionsDir).catch(() => []);
  return names.sort().map((name) => join(sessionsDir, name));
}

/** The session of a folder; null where it is none, not yet or no longer. */
export async function readSession(dir: string): Promise<Session | null> {
  const launch = await readParsed(join(dir, LAUNCH_FILE), launchSchema);
  return launch && { dir, launch };
}

/** Where the engine of a session listens; null before it does. */
export function readEndpoint({ dir }: Pick<Session, 'dir'>): Promise<Endpoint | null> {
  return readParsed(join(dir, ENDPOINT_FILE), endpointSchema);
}

/** How the engine of a session ended; null for one that has not, or that crashed. */
export function readEnd({ dir }: Pick<Session, 'dir'>): Promise<End | null> {
  return readParsed(join(dir, END_FILE), endSchema);
}

/** Says for an engine how it ended, where it did not or could not; an end that it had said itself stands. Never rejects. */
export async function writeEnd(session: Session, end: End): Promise<void> {
  if ((await readEnd(session)) === null) await writeWhole(join(session.dir, END_FILE), end).catch(() => {});
}

export function outputFile({ dir }: Session): string {
  return join(dir, OUTPUT_FILE);
}

/** The end of what the engine printed, without blanks around it; empty where it printed nothing. */
export function readOutputTail(session: Session): string {
  return readFileEnd(outputFile(session), OUTPUT_TAIL_BYTES).trim();
}

/** The starts so far, oldest first. */
export async function readStarts({ dir }: Session): Promise<SessionStart[]> {
  const starts: SessionStart[] = [];
  for (;;) {
    const start = await readParsed(join(dir, `start-${starts.length}`), startSchema);
    if (start === null) return starts;
    starts.push(start);
  }
}

/**
 * Takes the right to start an engine in the session for the `index`-th time. False where another window has it, or has ended the
 * session meanwhile: two that both see a crash must not both resume. Rejects where it cannot be taken, on a full disk for one.
 */
export async function claimStart({ dir }: Session, index: number, lastStep: number | null): Promise<boolean> {
  const start: SessionStart = { lastStep, at: new Date().toISOString() };
  try {
    await writeFile(join(dir, `start-${index}`), JSON.stringify(start), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Ends a session whose engine is gone; what that printed is kept where it is asked for. True for the one call, over all windows, that
 * did it.
 */
export async function retireSession({ dir }: Session, keepOutput: boolean): Promise<boolean> {
  try {
    // Of two that unlink a file one fails; of two that `rm` it perhaps none.
    await unlink(join(dir, LAUNCH_FILE));
  } catch {
    return false;
  }
  await removeSocket({ dir });
  const names = await readdir(dir).catch(() => []);
  const kept = keepOutput && (await stat(join(dir, OUTPUT_FILE)).catch(() => null))?.size ? [OUTPUT_FILE] : [];
  if (kept.length === 0) await removeFolder(dir);
  else await Promise.all(names.filter((name) => !kept.includes(name)).map((name) => removeFolder(join(dir, name))));
  return true;
}

/** Many times what it takes a window that waits for an engine to look again. */
const LINGER_MS = 1000;

/** Ends a session when other windows have had the time to see how it ended. */
export function retireSoon(session: Session, keepOutput: boolean): void {
  setTimeout(() => void retireSession(session, keepOutput), LINGER_MS).unref();
}

/** Removes a folder with all that is in it; what a scanner of viruses, say, holds open is left to the next time. */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
}

/** What a killed engine leaves elsewhere, for a socket's path must be short; named pipes of Windows end by themselves. */
async function removeSocket(session: Pick<Session, 'dir'>): Promise<void> {
  const address = (await readEndpoint(session))?.address;
  if (address === undefined || process.platform === 'win32') return;
  // Whatever the file says: nothing but a socket is removed.
  if ((await lstat(address).catch(() => null))?.isSocket() === true) await rm(address, { force: true }).catch(() => {});
}

/** Whole or absent, for another window may be looking. */
async function writeWhole(path: string, value: object): Promise<void> {
  const temporary = `${path}.tmp-${process.pid}`;
  await writeFile(temporary, JSON.stringify(value), { mode: 0o600 });
  await rename(temporary, path);
}

/** null for a file that is missing, or is not what it should be. */
async function readParsed<Value>(path: string, schema: z.ZodType<Value>): Promise<Value | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return schema.safeParse(value).data ?? null;
  } catch {
    return null;
  }
}
