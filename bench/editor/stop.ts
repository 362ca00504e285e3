/** How soon a click on Stop has ended all computing, and is seen to have. */
import { panelFrame } from '../../test/workbench/panels.ts';
import { PHASES } from '../../test/e2e/phases.ts';
import { writeProject } from '../../test/e2e/project.ts';
import { eventually, startTraining } from '../../test/e2e/runs.ts';
import { Marks } from './marks.ts';
import { printNumbers } from './numbers.ts';
import { inRoom, withTemporaryFolder } from './room.ts';

export async function measureStop(vsix: string, repetitions: number): Promise<void> {
  for (const [phase, options] of Object.entries(PHASES))
    await withTemporaryFolder(async (folder) => {
      writeProject(folder, options);
      await inRoom(vsix, folder, async ({ page, server }) => {
        const marks = await Marks.on(page);
        const told: number[] = [];
        const computed: number[] = [];
        for (let repetition = 0; repetition < repetitions; repetition++) {
          await startTraining(page, 'small');
          const dashboard = await panelFrame(page, '.dashboard');
          await dashboard.locator('.where', { hasText: phase }).waitFor();
          await marks.inPanel(dashboard, { selector: '.where', text: 'Stopped after' });
          const clicked = performance.now();
          const ended = eventually('the end of all computing', () =>
            server.workers().length === 0 ? performance.now() - clicked : null,
          );
          told.push(await marks.time(() => dashboard.getByRole('button', { name: 'Stop' }).click()));
          computed.push(await ended);
          await eventually('the end of the engine', () => (server.engines().length === 0 ? true : null));
        }
        printNumbers(`Stop while ${phase}: click to its being said`, told, 'ms', 1000);
        printNumbers(`Stop while ${phase}: to the end of computing`, computed, 'ms', 1000);
      });
    });
}
