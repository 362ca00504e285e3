/** The workbench that is measured: the packaged extension in it, and a window on one folder. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { repository } from '../../test/workbench/extension.ts';
import { EditorServer } from '../../test/workbench/server.ts';
import { openView } from '../../test/workbench/views.ts';
import { Workbench } from '../../test/workbench/workbench.ts';

/** Runs, packages and so on that one measurement makes and the next one finds: ignored by git. */
export const kept = path.join(repository, 'tmp/bench-editor');

/** What a busy machine may take at most. */
const PATIENCE_MS = 120_000;

export interface Room {
  readonly server: EditorServer;
  readonly workbench: Workbench;
  readonly page: Page;
  /** To Chromium's own tools. */
  readonly devtools: CDPSession;
}

/** @param folder what is open in the window */
export async function inRoom<T>(vsix: string, folder: string, measure: (room: Room) => Promise<T>): Promise<T> {
  const server = await EditorServer.start({
    extension: { vsix },
    settings: { 'rlvr.whenWindowCloses': 'stop' },
  });
  try {
    const workbench = await Workbench.open(server, { open: { folder } });
    try {
      const { page } = workbench;
      page.setDefaultTimeout(PATIENCE_MS);
      return await measure({ server, workbench, page, devtools: await page.context().newCDPSession(page) });
    } catch (error) {
      await workbench.page.screenshot({ path: path.join(kept, 'failed.png') });
      throw error;
    } finally {
      await workbench.close();
    }
  } finally {
    await server.stop();
  }
}

/** The process of the window's extensions. */
export function extensionHost({ server }: Room): number {
  const [pid] = server.extensionHosts();
  if (pid === undefined) throw new Error('The window has no extension host.');
  return pid;
}

/** Whether a script is the extension's. Its folder is named after it, `publisher.rlvr-ops-0.1.0`. */
export function isOurs(url: string): boolean {
  return /\/extensions\/[^/]*rlvr[^/]*\/dist\//.test(decodeURIComponent(url));
}

/** Opens the Runs view, and waits for what is in it. */
export async function openRuns(page: Page): Promise<void> {
  await openView(page, 'RLVR');
  await page.locator('.part.sidebar .monaco-list-row').first().waitFor();
}

/** Where runs of the workspace folder `folder` lie; made where it is missing. */
export function runsOf(folder: string): string {
  const runs = path.join(folder, '.rlvr/runs');
  mkdirSync(runs, { recursive: true });
  return runs;
}

export async function withTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'rlvr-bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
