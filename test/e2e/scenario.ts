/** What a scenario plays on: folders to work in, a server, and windows on it. All of it is gone when the scenario has ended. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import type { Page } from 'playwright-core';
import { artifactsFolder, screenshot } from '../workbench/artifacts.ts';
import { extensionUnderTest } from '../workbench/extension.ts';
import { inSight } from '../workbench/inSight.ts';
import { EditorServer, type ServerOptions } from '../workbench/server.ts';
import { Workbench, type WindowOptions } from '../workbench/workbench.ts';

/** What a person would wait for at most. Machines under test are slow and busy; promises about time are checked where they are made. */
const PATIENCE_MS = 120_000;

export interface OpenWindow {
  readonly server: EditorServer;
  readonly workbench: Workbench;
  readonly page: Page;
}

export interface Stage {
  /** An empty folder of this name. */
  makeFolder(name: string): string;
  /** A server of its own, and a window. */
  open(options?: Omit<ServerOptions, 'extension'> & WindowOptions): Promise<OpenWindow>;
  /** To be done at the end, before what was there earlier goes. */
  atEnd(action: () => Promise<void> | void): void;
}

/**
 * How often a scenario that fails is played before it counts as failed: where nobody is there to play it again. VS Code drops a key or closes
 * a menu now and then on a machine that does other things as well. Every failure is printed, the last one's or not.
 */
const TRIES = Number(process.env['RLVR_SCENARIO_TRIES'] ?? 1);

/** A test in a workbench. Where it fails, what was to be seen and VS Code's logs are kept among the artifacts. */
export function scenario(name: string, play: (stage: Stage) => Promise<void>): void {
  test(name, async (context) => {
    for (let attempt = 1; ; attempt++) {
      try {
        await playOnce(name, play);
        return;
      } catch (error) {
        if (attempt >= TRIES) throw error;
        context.diagnostic(`failed and is played again: ${name}\n${inspect(error)}`);
      }
    }
  });
}

async function playOnce(name: string, play: (stage: Stage) => Promise<void>): Promise<void> {
  const endings: (() => Promise<void> | void)[] = [];
  const windows: OpenWindow[] = [];
  const stage: Stage = {
    makeFolder: (folderName) => {
      const parent = mkdtempSync(path.join(tmpdir(), 'rlvr-e2e-'));
      endings.push(() => rmSync(parent, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
      const folder = path.join(parent, folderName);
      mkdirSync(folder);
      return folder;
    },
    open: async (options = {}) => {
      const server = await EditorServer.start({ ...options, extension: extensionUnderTest() });
      endings.push(() => server.stop());
      const workbench = await Workbench.open(server, options);
      endings.push(() => workbench.close());
      const { page } = workbench;
      page.setDefaultTimeout(PATIENCE_MS);
      windows.push({ server, workbench, page });
      return { server, workbench, page };
    },
    atEnd: (action) => endings.push(action),
  };
  try {
    await play(stage);
  } catch (error) {
    for (const [index, window] of windows.entries()) await keepEvidence(window, `failed ${name} ${index + 1}`);
    throw new Error(await told(windows), { cause: error });
  } finally {
    for (const end of endings.reverse()) await end();
  }
}

/** The windows in words, for where nobody can look at the pictures. */
async function told(windows: readonly OpenWindow[]): Promise<string> {
  const seen = await Promise.all(windows.map(({ page }) => inSight(page).catch(() => 'a window that is gone')));
  return ['The scenario failed. In sight then:', ...seen].join('\n');
}

async function keepEvidence({ server, page }: OpenWindow, name: string): Promise<void> {
  // A browser that is gone is no reason to hide why the scenario failed.
  await screenshot(page, name).catch(() => {});
  writeFileSync(path.join(artifactsFolder(), `${name}.log`), server.log());
  cpSync(server.logsFolder, path.join(artifactsFolder(), `${name} logs`), { recursive: true });
}
