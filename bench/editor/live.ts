/** A run of 50 steps a second, watched in the Dashboard and in Outputs: how long tasks of panels and host take. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { runCommand } from '../../test/workbench/palette.ts';
import { panelFrame } from '../../test/workbench/panels.ts';
import { rowMenu, treeRows } from '../../test/workbench/views.ts';
import { isPanelFrame } from '../../test/workbench/workbench.ts';
import { tasksOf, type HostTask } from './cpuProfile.ts';
import { HostInspector } from './hostInspector.ts';
import { printNumbers } from './numbers.ts';
import { MemoryWatch } from './memory.ts';
import { panelTasks } from './panelTrace.ts';
import { extensionHost, inRoom, isOurs, openRuns, runsOf, withTemporaryFolder, type Room } from './room.ts';
import { frameIds, trace } from './tracing.ts';

const STEPS_PER_SECOND = 50;
/** Of one trace. */
const PIECE_SECONDS = 15;
/** For opening the panels: the writer goes on meanwhile. */
const OPENING_SECONDS = 60;

export async function measureLive(vsix: string, seconds: number): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    const run = path.join(runsOf(folder), '20260101-120000-cccc');
    await inRoom(vsix, folder, async (room) => {
      const script = path.join(import.meta.dirname, 'liveWriter.ts');
      const writer = spawn(
        process.execPath,
        [script, run, String(STEPS_PER_SECOND), String(seconds + OPENING_SECONDS)],
        { stdio: ['ignore', 'ignore', 'inherit'] },
      );
      try {
        await openBoth(room);
        await measure(room, seconds);
      } finally {
        writer.kill('SIGKILL');
        if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
      }
    });
  });
}

async function openBoth({ page }: Room): Promise<void> {
  await openRuns(page);
  await runCommand(page, 'RLVR: Open Dashboard');
  await panelFrame(page, '.dashboard .legend td');
  await rowMenu(page, treeRows(page).last(), 'Open Outputs');
  await panelFrame(page, '.outputs .row-title');
  await runCommand(page, 'View: Move Editor into Next Group');
  await panelFrame(page, '.dashboard .legend td');
  await panelFrame(page, '.outputs .row-title');
}

async function measure(room: Room, seconds: number): Promise<void> {
  const { page, devtools } = room;
  const inspector = await HostInspector.attach(extensionHost(room));
  const frames = await frameIds(devtools, isPanelFrame);
  const memory = await MemoryWatch.begin(room, inspector);
  const first = await shownStep(room);
  const start = performance.now();
  const panel: number[] = [];
  const host: HostTask[] = [];
  while (performance.now() - start < seconds * 1000) {
    await inspector.startProfile();
    const piece = await trace(devtools, () => page.waitForTimeout(PIECE_SECONDS * 1000));
    host.push(...tasksOf(await inspector.stopProfile(), isOurs));
    panel.push(...panelTasks(piece, frames, (url) => url.includes('/dist/webview/')));
  }
  const rate = ((await shownStep(room)) - first) / ((performance.now() - start) / 1000);
  const what = `${seconds} s of ${rate.toFixed(0)} steps/s`;
  const ours = host.filter(({ own }) => own > 0);
  printNumbers(`${what}: longest of ${panel.length} panel tasks`, [max(panel)], 'ms', 50);
  printNumbers(
    `${what}: longest of ${ours.length} host tasks of ours`,
    [max(ours.map(({ running }) => running))],
    'ms',
    16,
  );
  console.log(`  panel tasks, longest: ${longest(panel)}; host tasks: ${longest(ours.map(({ running }) => running))}`);
  console.log(
    `  host tasks by the clock, with what kept them waiting: ${longest(ours.map(({ milliseconds }) => milliseconds))}`,
  );
  const byRunning = ours.toSorted((a, b) => b.running - a.running).slice(0, 8);
  const parts = byRunning.map(({ own, collecting }) => `${own.toFixed(0)} + ${collecting.toFixed(0)}`);
  console.log(`  of the longest, in our frames + collecting garbage: ${parts.join(', ')}`);
  console.log(`  host tasks, VS Code's own among them: ${longest(host.map(({ running }) => running))}`);
  await memory.print(what);
  inspector.close();
}

async function shownStep({ page }: Room): Promise<number> {
  const dashboard = await panelFrame(page, '.dashboard .where');
  const text = await dashboard.locator('.where').first().innerText();
  return Number(/Step ([\d,]+)/.exec(text)?.[1]?.replaceAll(',', ''));
}

const max = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

function longest(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => b - a).slice(0, 8);
  return sorted.map((value) => value.toFixed(0)).join(', ');
}
