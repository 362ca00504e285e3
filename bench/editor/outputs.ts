/** How soon Outputs of a run with 500,000 completions opens, and finds a word. */
import { runCommand } from '../../test/workbench/palette.ts';
import { panelFrame } from '../../test/workbench/panels.ts';
import { rowMenu, treeRows } from '../../test/workbench/views.ts';
import { completionsFolder } from './data.ts';
import { HostInspector } from './hostInspector.ts';
import { Marks } from './marks.ts';
import { MemoryWatch } from './memory.ts';
import { printNumbers } from './numbers.ts';
import { extensionHost, inRoom, openRuns } from './room.ts';

/** In every text, in most of them, in few, in one or two, and the beginning of that one. */
const WORDS = ['the', 'apples', 'therefore', 'zizizi', 'zizi'];
/** For which the panel waits after a key, in case another one follows. */
const TYPING_MS = 150;

export async function measureOutputs(vsix: string, repetitions: number): Promise<void> {
  await inRoom(vsix, completionsFolder(), async (room) => {
    const { page } = room;
    await openRuns(page);
    const inspector = await HostInspector.attach(extensionHost(room));
    const memory = await MemoryWatch.begin(room, inspector);
    const marks = await Marks.on(page);
    await marks.inNewPanels(page, { selector: '.outputs .row-title' });
    const times: number[] = [];
    for (let repetition = 0; repetition < repetitions; repetition++) {
      if (repetition > 0) await runCommand(page, 'View: Close All Editors');
      // Below its experiment.
      const run = treeRows(page).last();
      times.push(await marks.time(() => rowMenu(page, run, 'Open Outputs')));
    }
    printNumbers('Outputs of 500,000 completions: click to first rows', times, 'ms', 1000);

    const panel = await panelFrame(page, '.outputs .row-title');
    for (const word of WORDS) {
      const found: number[] = [];
      for (let repetition = 0; repetition < repetitions; repetition++) {
        await panel.getByRole('textbox', { name: 'Search completions' }).fill('');
        await panel.locator('.row-title mark').first().waitFor({ state: 'detached' });
        await marks.inPanel(panel, { selector: '.row-title mark', text: `^${word}` });
        const fill = (): Promise<void> => panel.getByRole('textbox', { name: 'Search completions' }).fill(word);
        found.push((await marks.time(fill)) - TYPING_MS);
      }
      printNumbers(`a page for "${word}", from the request to its rows`, found, 'ms', 100);
    }
    await memory.print('Outputs of 500,000 completions');
    inspector.close();
  });
}
