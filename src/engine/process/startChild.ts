/**
 * The one place that starts an engine's children. A child ends when its engine ends, whichever way: on a normal exit by the hook
 * below, on a SIGKILL because its channel closes (see also `watchdog.ts`).
 */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import { doorFiles, doorPath, type ChildEntry } from './doors.ts';
import { pythonEnvironment, rayEnvironment, scrubEnvironment, withoutKeys } from './environment.ts';
import { FROM_ENGINE_FD, TO_ENGINE_FD } from './lineChannel.ts';
import { splitLines } from './lineSplitter.ts';
import { OutputTail } from './outputTail.ts';
import { permissionArguments, type ChildPermissions } from './permissions.ts';
import { killGroup, LEADS_GROUP } from './processGroup.ts';
import { removeWorkFolder, workFolderEnvironment } from './workFolder.ts';

export interface ChildOptions {
  /** Descriptor of a file for what the child prints; without it the tail is kept, see `ChildExit.output`. */
  readonly log?: number;
  /** Resident memory above which the process ends itself, as `WatchdogLimits`; only the compute child is told so. */
  readonly rssBytes?: number;
  /** Size of the JavaScript heap. */
  readonly maxOldSpaceMiB?: number;
  /** Where the runtime has a permission model, the child may do no more than this; its own program it may always read. */
  readonly permissions?: ChildPermissions;
  /** Its temporary folder, see `makeWorkFolder`: it works there, and the folder is removed when it has ended. */
  readonly workFolder?: string;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Ended by `kill`. */
  readonly killed: boolean;
  /** The last of what it printed, or why it could not be started; empty with a log file. */
  readonly output: string;
  /** Of a process on another machine, why nobody can say how it ended; null where somebody can. */
  readonly lost: string | null;
}

export interface ChildHandle {
  readonly pid: number | undefined;
  /** Does nothing once the child is gone: `onExit` tells. */
  send(message: unknown): void;
  /** What the child says, unchecked. Register at once after starting. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, after the last message; also when the child is already gone or never started. */
  onExit(listener: (exit: ChildExit) => void): void;
  /** SIGKILL to the child and to what it started. */
  kill(): void;
}

/** A child's error message and the last lines before a crash fit. */
const OUTPUT_TAIL_BYTES = 16 * 1024;

/** A frame of the grader is one result; a group of some thousand scores stays well below. */
const MAX_GRADER_FRAME_BYTES = 1024 * 1024;

/** How long to wait, after a child has ended, for the rest of its output: a grandchild may hold the pipe open. */
const DRAIN_MS = 500;

const live = new Set<ChildHandle>();
process.on('exit', () => {
  for (const child of live) child.kill();
});

/** Starts the door `entry` of the engine with the same Node (or Electron as Node) that runs this one. */
export function startChild(
  entry: Exclude<ChildEntry, 'pythonGrader' | 'rayDriver'>,
  options: ChildOptions = {},
): ChildHandle {
  const ours = entry !== 'grader';
  const output = options.log ?? 'pipe';
  const { workFolder } = options;
  const common = commonOptions(childEnvironment(ours), workFolder);
  const door = doorPath(entry);
  const execArgv = nodeArguments(entry, options);
  const child = ours
    ? fork(door, options.rssBytes === undefined ? [] : [String(options.rssBytes)], {
        ...common,
        execArgv,
        serialization: 'advanced',
        stdio: ['ignore', output, output, 'ipc'],
      })
    : spawn(process.execPath, [...execArgv, door], { ...common, stdio: ['ignore', output, output, 'pipe', 'pipe'] });
  const channel = ours ? ipcChannel(child) : lineChannel(child.stdio[FROM_ENGINE_FD], child.stdio[TO_ENGINE_FD]);
  return supervise(child, channel, [child.stdout, child.stderr], workFolder);
}

/**
 * Starts the grader of code in Python. Its frames go over standard input and output, since a Python on Windows is given no other
 * descriptors; it sends to standard error whatever its code prints.
 * @param python path of the interpreter
 * @param workFolder as in `ChildOptions`
 */
export function startPythonGrader(python: string, workFolder: string): ChildHandle {
  const child = spawn(python, [doorPath('pythonGrader')], {
    ...commonOptions(pythonEnvironment(process.env), workFolder),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return supervise(child, lineChannel(child.stdin, child.stdout), [child.stderr], workFolder);
}

/**
 * Starts the driver of a Ray cluster. Its messages, both ways, are pieces of a stream of bytes, as they come; it ends when `null` is sent.
 * @param python path of an interpreter that has Ray
 */
export function startRayDriver(python: string): ChildHandle {
  const child = spawn(python, [doorPath('rayDriver')], {
    ...commonOptions(rayEnvironment(process.env), undefined),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return supervise(child, byteChannel(child.stdin, child.stdout), [child.stderr], undefined);
}

function commonOptions(environment: NodeJS.ProcessEnv, workFolder: string | undefined): CommonOptions {
  return {
    detached: LEADS_GROUP,
    env: { ...environment, ...(workFolder === undefined ? {} : workFolderEnvironment(workFolder)) },
    windowsHide: true,
    ...(workFolder === undefined ? {} : { cwd: workFolder }),
  };
}

interface CommonOptions {
  readonly detached: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly windowsHide: boolean;
  readonly cwd?: string;
}

function nodeArguments(entry: ChildEntry, { maxOldSpaceMiB: heap, permissions }: ChildOptions): string[] {
  return [
    // node:sqlite and type stripping announce themselves on stderr.
    '--disable-warning=ExperimentalWarning',
    // Errors name the user's file and line, not the bundle's.
    '--enable-source-maps',
    ...(heap === undefined ? [] : [`--max-old-space-size=${heap}`]),
    ...(permissions === undefined
      ? []
      : permissionArguments({ ...permissions, readable: [...doorFiles(entry), ...permissions.readable] })),
  ];
}

function childEnvironment(trusted: boolean): NodeJS.ProcessEnv {
  const environment = trusted ? withoutKeys(process.env) : scrubEnvironment(process.env);
  return process.versions['electron'] === undefined
    ? { ...environment }
    : { ...environment, ELECTRON_RUN_AS_NODE: '1' };
}

interface Channel {
  send(message: unknown): void;
  listen(listener: (message: unknown) => void): void;
}

function ipcChannel(child: ChildProcess): Channel {
  return {
    send: (message) => {
      // With a callback, a failure (the child is gone) is not thrown; onExit tells.
      if (child.connected && typeof message === 'object' && message !== null) child.send(message, () => {});
    },
    listen: (listener) => void child.on('message', listener),
  };
}

function lineChannel(toChild: unknown, fromChild: unknown): Channel {
  // Only a child that could not be started has no pipes.
  if (!(toChild instanceof Writable) || !(fromChild instanceof Readable)) return { send: () => {}, listen: () => {} };
  // A write to a child that is gone fails here; onExit tells.
  toChild.on('error', () => {});
  fromChild.on('error', () => {});
  return {
    send: (message) => void toChild.write(`${JSON.stringify(message)}\n`),
    listen: (listener) => {
      fromChild.on(
        'data',
        splitLines(MAX_GRADER_FRAME_BYTES, (line) => {
          const message = parseJson(line);
          if (message !== undefined) listener(message);
        }),
      );
    },
  };
}

function byteChannel(toChild: Writable, fromChild: Readable): Channel {
  // A write to a child that is gone fails here; onExit tells.
  toChild.on('error', () => {});
  fromChild.on('error', () => {});
  return {
    send: (message) => {
      if (message instanceof Uint8Array) toChild.write(message);
      else if (message === null) toChild.end();
    },
    listen: (listener) => void fromChild.on('data', listener),
  };
}

/** undefined where the line is not JSON: it was not written by our side of the child, and is passed over. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** @param printed streams of what it prints, of which the tail is kept; null where it goes elsewhere */
function supervise(
  child: ChildProcess,
  channel: Channel,
  printed: readonly (Readable | null)[],
  workFolder: string | undefined,
): ChildHandle {
  const tail = new OutputTail(OUTPUT_TAIL_BYTES);
  const listeners: ((exit: ChildExit) => void)[] = [];
  let exit: ChildExit | null = null;
  let killed = false;

  for (const stream of printed) {
    stream?.on('data', (chunk: Buffer) => tail.push(chunk));
    stream?.on('error', () => {});
  }

  const finish = (code: number | null, signal: NodeJS.Signals | null): void => {
    if (exit !== null) return;
    live.delete(handle);
    for (const stream of child.stdio) stream?.destroy();
    exit = { code, signal, killed, output: tail.text(), lost: null };
    for (const listener of listeners) listener(exit);
  };

  const handle: ChildHandle = {
    pid: child.pid,
    send: (message) => {
      if (exit === null) channel.send(message);
    },
    onMessage: (listener) => channel.listen(listener),
    onExit: (listener) => {
      const ended = exit;
      if (ended === null) listeners.push(listener);
      else queueMicrotask(() => listener(ended));
    },
    kill: () => {
      if (exit !== null || child.pid === undefined) return;
      killed = true;
      killGroup(child.pid);
    },
  };
  live.add(handle);

  child.once('error', (error) => {
    // Also emitted when a signal cannot be sent; only a child without an id was never started.
    if (child.pid !== undefined) return;
    tail.push(Buffer.from(`The process could not be started: ${error.message}`));
    finish(null, null);
  });
  child.once('exit', (code, signal) => {
    if (child.pid !== undefined) killGroup(child.pid);
    setTimeout(() => finish(code, signal), DRAIN_MS).unref();
  });
  child.once('close', finish);
  if (workFolder !== undefined) handle.onExit(() => removeWorkFolder(workFolder));
  return handle;
}
