/** What activating the extension costs its host: by a CPU profile, and by VS Code's own watch. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { runCommand } from '../../test/workbench/palette.ts';
import { openView } from '../../test/workbench/views.ts';
import { tasksOf } from './cpuProfile.ts';
import { HostInspector } from './hostInspector.ts';
import { printNumbers } from './numbers.ts';
import { extensionHost, inRoom, isOurs, withTemporaryFolder } from './room.ts';

/** Milliseconds in which nothing of it is left to be done. */
const SETTLED_MS = 5000;

/** Activates it in a new window each time, by opening its view in a folder that has nothing of it. */
export async function measureActivation(vsix: string, repetitions: number): Promise<void> {
  const profiled: number[] = [];
  const longest: number[] = [];
  const told: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition++)
    await withTemporaryFolder(async (folder) => {
      mkdirSync(path.join(folder, 'empty'));
      await inRoom(vsix, path.join(folder, 'empty'), async (room) => {
        const { page } = room;
        // VS Code's own start is not ours.
        await page.waitForTimeout(SETTLED_MS);
        const inspector = await HostInspector.attach(extensionHost(room));
        await inspector.startProfile();
        await openView(page, 'RLVR');
        await page.locator('.part.sidebar .welcome-view-content').waitFor();
        await page.waitForTimeout(SETTLED_MS);
        const tasks = tasksOf(await inspector.stopProfile(), isOurs).filter(({ own }) => own > 0);
        inspector.close();
        profiled.push(tasks.reduce((sum, { running }) => sum + running, 0));
        longest.push(Math.max(...tasks.map(({ running }) => running)));
        told.push(await activationTime(page));
      });
    });
  printNumbers('activation, and all of ours in 5 s after it', profiled, 'ms', 100);
  printNumbers('the longest task of it', longest, 'ms', 100);
  printNumbers('activation as VS Code tells it', told, 'ms', 100);
}

/** "Activation: 42ms" of "Developer: Show Running Extensions". */
async function activationTime(page: Page): Promise<number> {
  await runCommand(page, 'Developer: Show Running Extensions');
  const row = page.locator('.runtime-extensions-editor .extension').filter({ hasText: 'RLVR' });
  const text = await row.locator('.activation-time').innerText();
  const found = /([\d.]+)\s*ms/.exec(text)?.[1];
  if (found === undefined) throw new Error(`VS Code tells no activation time: ${text}`);
  return Number(found);
}
