/** How soon the Dashboard of a run with 1,000,000 steps shows its first curve. */
import { runCommand } from '../../test/workbench/palette.ts';
import { panelFrame } from '../../test/workbench/panels.ts';
import { tasksOf } from './cpuProfile.ts';
import { metricsFolder } from './data.ts';
import { HostInspector } from './hostInspector.ts';
import { Marks } from './marks.ts';
import { MemoryWatch } from './memory.ts';
import { printNumbers } from './numbers.ts';
import { extensionHost, inRoom, isOurs, openRuns } from './room.ts';

export async function measureDashboard(vsix: string, repetitions: number): Promise<void> {
  await inRoom(vsix, metricsFolder(), async (room) => {
    const { page } = room;
    await openRuns(page);
    const inspector = await HostInspector.attach(extensionHost(room));
    const memory = await MemoryWatch.begin(room, inspector);
    const marks = await Marks.on(page);
    await marks.inNewPanels(page, { selector: null });
    const times: number[] = [];
    const longest: number[] = [];
    for (let repetition = 0; repetition < repetitions; repetition++) {
      await inspector.startProfile();
      times.push(await marks.time(() => runCommand(page, 'RLVR: Open Dashboard')));
      await panelFrame(page, '.dashboard .legend td');
      const tasks = tasksOf(await inspector.stopProfile(), isOurs).filter(({ own }) => own > 0);
      longest.push(Math.max(...tasks.map(({ running }) => running)));
      if (repetition < repetitions - 1) await runCommand(page, 'View: Close All Editors');
    }
    printNumbers('Dashboard of 1,000,000 steps: command to first curve', times, 'ms', 1000);
    printNumbers('the longest task of the host meanwhile', longest, 'ms', 16);
    await memory.print('Dashboard of 1,000,000 steps');
    inspector.close();
  });
}
