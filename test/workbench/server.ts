/** VS Code's server: the extension host and everything of VS Code that is not in the browser. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { installExtension, type ExtensionUnderTest } from './extension.ts';
import { ensureEditor, type Editor } from './install.ts';
import { descendants, runningProcesses } from './processes.ts';
import { QUIET_SETTINGS } from './settings.ts';
import { DEFAULT_THEME } from './themes.ts';

export interface ServerOptions {
  readonly editor?: Editor;
  readonly extension: ExtensionUnderTest;
  /** Beside `QUIET_SETTINGS`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Ask for trust in workspaces; by default every one is trusted. */
  readonly workspaceTrust?: boolean;
  readonly environment?: NodeJS.ProcessEnv;
}

/** It answers within seconds; on a busy machine it takes a while longer. */
const START_LIMIT_MS = 120_000;
const POLL_MS = 100;
/** From SIGTERM to SIGKILL. */
const STOP_LIMIT_MS = 5_000;

export class EditorServer {
  readonly editor: Editor;
  readonly extension: ExtensionUnderTest;
  readonly port: number;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(editor: Editor, folder: string, port: number, child: ChildProcess, options: ServerOptions) {
    this.editor = editor;
    this.#folder = folder;
    this.port = port;
    this.#process = child;
    this.extension = options.extension;
  }

  static async start(options: ServerOptions): Promise<EditorServer> {
    const editor = options.editor ?? ensureEditor();
    const folder = mkdtempSync(path.join(tmpdir(), 'rlvr-workbench-'));
    const dataDir = path.join(folder, 'data');
    const extensionsDir = path.join(folder, 'extensions');
    mkdirSync(extensionsDir);
    writeSettings(folder, settingsOf(editor, options));
    if ('vsix' in options.extension) installExtension(editor, options.extension.vsix, { dataDir, extensionsDir });
    const port = await freePort();
    const log = openSync(path.join(folder, 'server.log'), 'w');
    const args = [
      ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--accept-server-license-terms'],
      ...['--server-data-dir', dataDir, '--extensions-dir', extensionsDir, '--telemetry-level', 'off'],
      ...(options.workspaceTrust === true ? [] : ['--disable-workspace-trust']),
    ];
    const child = spawn(editor.node, [editor.serverScript, ...args], {
      env: { ...withoutEditor(process.env), ...options.environment },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const server = new EditorServer(editor, folder, port, child, options);
    try {
      await server.#answers();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('The server was not started.');
    return this.#process.pid;
  }

  /** VS Code's own logs, with those of extensions' output channels. */
  get logsFolder(): string {
    return path.join(this.#folder, 'data/data/logs');
  }

  /** The processes in which the windows' extensions run. */
  extensionHosts(): number[] {
    const own = descendants(this.pid).filter(({ args }) => args.includes('--type=extensionHost'));
    return own.map(({ pid }) => pid);
  }

  /** Engines that windows of this server have started: they are detached, and outlive it. */
  engines(): number[] {
    const all = runningProcesses().filter(({ args }) => args.some((argument) => argument.startsWith(this.#folder)));
    return all
      .filter(({ args }) => args.some((argument) => path.basename(argument) === 'main.js'))
      .map(({ pid }) => pid);
  }

  /** Processes of those engines that compute, or run reward functions. */
  workers(): number[] {
    const all = runningProcesses();
    const children = this.engines().flatMap((engine) => descendants(engine, all));
    const doors = new Set(['compute.js', 'grader.js']);
    return children
      .filter(({ args }) => args.some((argument) => doors.has(path.basename(argument))))
      .map(({ pid }) => pid);
  }

  /** As a power cut would, but for engines: nobody can say goodbye. */
  kill(): void {
    for (const pid of this.extensionHosts()) process.kill(pid, 'SIGKILL');
    this.#process.kill('SIGKILL');
  }

  /** What the server and its extension hosts have written. */
  log(): string {
    return readFileSync(path.join(this.#folder, 'server.log'), 'utf8');
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGTERM');
      const impatience = setTimeout(() => this.kill(), STOP_LIMIT_MS);
      await ended;
      clearTimeout(impatience);
    }
    // A test that failed half-way leaves them.
    for (const pid of this.engines()) process.kill(pid, 'SIGKILL');
    // Extension hosts that are going write there to their last moment.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  async #answers(): Promise<void> {
    const deadline = Date.now() + START_LIMIT_MS;
    while (Date.now() < deadline) {
      if (this.#process.exitCode !== null) throw new Error(`VS Code's server ended:\n${this.log()}`);
      const response = await fetch(`http://127.0.0.1:${String(this.port)}/version`).catch(() => null);
      if (response?.ok) return;
      await delay(POLL_MS);
    }
    throw new Error(`VS Code's server does not answer:\n${this.log()}`);
  }
}

function settingsOf({ version }: Editor, { settings }: ServerOptions): Readonly<Record<string, unknown>> {
  return { ...QUIET_SETTINGS, 'workbench.colorTheme': DEFAULT_THEME[version], ...settings };
}

/**
 * Those of this machine, such as the extension's own, belong into a file of the server: from the other one VS Code takes them for as long
 * as it does not know what the extension says of their scope, which is as long as the machine is slow.
 */
function writeSettings(folder: string, settings: Readonly<Record<string, unknown>>): void {
  const files = {
    User: settings,
    Machine: Object.fromEntries(Object.entries(settings).filter(([name]) => name.startsWith('rlvr.'))),
  };
  for (const [scope, content] of Object.entries(files)) {
    const place = path.join(folder, 'data/data', scope);
    mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, 'settings.json'), JSON.stringify(content, null, 2));
  }
}

/** Tests may themselves be started from a terminal of VS Code. */
function withoutEditor(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = Object.keys(environment).filter((name) => !/^(VSCODE_|ELECTRON_RUN_AS_NODE$)/.test(name));
  return Object.fromEntries(names.map((name) => [name, environment[name]]));
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.');
  return address.port;
}
