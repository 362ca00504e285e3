/** What the editor's side can do on this machine; the engine's own checks are beside these in the report. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MachineCheck } from '../../engine/protocol/link.ts';
import type { SqliteSupport } from '../../engine/run/sqliteSupport.ts';

/** What is true of this window and its extension host. */
export interface HostFacts {
  /** `Visual Studio Code 1.105.1`. */
  readonly editor: string;
  readonly surface: 'desktop' | 'web';
  /** `ssh-remote`, `wsl`, `dev-container`; null where the files are on the same machine as the window. */
  readonly remoteName: string | null;
  readonly platform: string;
  readonly nodeVersion: string;
  /** null in a host that is plain Node: a server, or a test. */
  readonly electronVersion: string | null;
  readonly trusted: boolean;
  /** Whether agents in this editor can use tools of extensions. */
  readonly agentTools: boolean;
  /** `rlvr.engine.node`; null where the editor's own runs training. */
  readonly engineNode: string | null;
}

export function hostChecks(facts: HostFacts): MachineCheck[] {
  const { editor, surface, remoteName, platform, nodeVersion, electronVersion, trusted, agentTools, engineNode } =
    facts;
  const window = surface === 'web' ? 'window in a browser' : 'window on the desktop';
  const where = remoteName === null ? 'files on the same machine' : `files reached by ${remoteName}`;
  const host =
    electronVersion === null ? `Node ${nodeVersion}` : `Electron ${electronVersion} with Node ${nodeVersion}`;
  return [
    ok('editor', `${editor}, ${window}, ${where}, ${platform}`),
    ok('extension host', host),
    ok(
      'runs training',
      engineNode ??
        (electronVersion === null ? 'the Node of the extension host' : 'the Electron of the editor, as Node'),
    ),
    trusted
      ? ok('workspace trust', 'trusted')
      : warn(
          'workspace trust',
          'not trusted: runs can be looked at, training is off',
          'Trust this workspace (command "Workspaces: Manage Workspace Trust") once you know the code in it.',
        ),
    agentTools
      ? ok('agents', 'can use the tools of this extension')
      : absent('agents', 'this editor has no tools for agents; other clients can use `rlvr mcp`'),
  ];
}

/** Whether runs can be read: the editor's Node is not always one that has all of SQLite. */
export async function readingCheck(ask: () => Promise<SqliteSupport>): Promise<MachineCheck> {
  const name = 'reading runs';
  const advice = 'Update the editor: RLVR-Ops needs one with Node 22.16 or later and its SQLite.';
  try {
    const { version, fullTextSearch } = await ask();
    if (fullTextSearch) return ok(name, `SQLite ${version} with full-text search`);
    return fail(name, `SQLite ${version} without full-text search (FTS5)`, advice);
  } catch (error) {
    return fail(name, reasonOf(error), advice);
  }
}

/** @param folder where the extension keeps what engines need; made where it is missing */
export async function storageCheck(folder: string): Promise<MachineCheck> {
  const name = 'storage';
  const probe = join(folder, `check-${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
    return ok(name, `${folder} can be written`);
  } catch (error) {
    return fail(name, reasonOf(error), `Make ${folder} writable: engines are reached through files in it.`);
  }
}

/**
 * Starting an engine and talking to it is a check by itself: of its Node, its socket or pipe, and of native code that may load.
 * @param ask null where the workspace is not trusted, so that no engine is started
 */
export async function engineChecks(
  ask: (() => Promise<readonly MachineCheck[]>) | null,
): Promise<readonly MachineCheck[]> {
  const name = 'engine';
  if (ask === null) return [warn(name, 'not tried', 'Check again once the workspace is trusted.')];
  try {
    const checks = await ask();
    return [ok(name, 'starts, and answers over its local socket'), ...checks];
  } catch (error) {
    const advice =
      'The RLVR channel of the Output panel may say more. Another Node can be named in the setting rlvr.engine.node.';
    return [fail(name, reasonOf(error), advice)];
  }
}

function ok(name: string, detail: string): MachineCheck {
  return { name, status: 'ok', detail, advice: null };
}

function absent(name: string, detail: string): MachineCheck {
  return { name, status: 'absent', detail, advice: null };
}

function warn(name: string, detail: string, advice: string): MachineCheck {
  return { name, status: 'warn', detail, advice };
}

function fail(name: string, detail: string, advice: string): MachineCheck {
  return { name, status: 'fail', detail, advice };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
