/** A reward function typed in while 500 stored completions are scored with it: how soon the values in it follow, and what the host does. */
import { setTimeout as delay } from 'node:timers/promises';
import { writeProject } from '../../test/e2e/project.ts';
import { trainInTerminal } from '../../test/e2e/runs.ts';
import { codeLenses, openFile } from '../../test/workbench/editors.ts';
import { pageScript } from '../../test/workbench/pageScript.ts';
import { tasksOf } from './cpuProfile.ts';
import { HostInspector } from './hostInspector.ts';
import { printNumbers } from './numbers.ts';
import { extensionHost, inRoom, isOurs, withTemporaryFolder } from './room.ts';

/** 45 steps of four groups of four: 720 completions, of which 500 are scored. */
const STEPS = 45;
/** After a key until the next one: somebody who looks at the scores. */
const PAUSE_MS = 1500;
/** Somebody who types on. */
const QUICK_MS = 90;
const QUICK_KEYS = 60;

/** Its last digit is what is typed. */
const REWARD = `/// <reference path="./rlvr.d.ts" />
import type { Reward } from 'rlvr';

export const correct: Reward<{ answer: string }> = ({ completion, answer }) => {
  const [, given] = completion.split('#### ');
  const wanted = answer.split('#### ').at(-1);
  if (given === undefined) return 0;
  return given === wanted ? 1 : 0.1;
};
`;

export async function measureTyping(vsix: string, repetitions: number): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    const changes = { evaluation: { every: 1000 } };
    await trainInTerminal(writeProject(folder, { steps: STEPS, reward: REWARD, changes }), folder);
    await inRoom(vsix, folder, async (room) => {
      const { page } = room;
      const times: number[] = [];
      await page.exposeFunction('reportValues', (time: number) => void times.push(time));
      await openFile(page, 'reward.ts');
      await codeLenses(page).filter({ hasText: 'mean' }).waitFor();
      await page.locator('.part.editor .view-line', { hasText: '0.1;' }).click();
      await page.keyboard.press('End');
      await page.keyboard.press('ArrowLeft');
      await page.evaluate(pageScript('valueTimes'));
      const inspector = await HostInspector.attach(extensionHost(room));
      for (let repetition = 0; repetition < repetitions; repetition++) {
        await page.keyboard.press(String((repetition % 9) + 1));
        await delay(PAUSE_MS);
      }
      printNumbers('a key in a reward function, to values from 500 completions', times, 'ms', 300);

      await inspector.startProfile();
      for (let key = 0; key < QUICK_KEYS; key++) {
        await page.keyboard.press(key % 2 === 0 ? '1' : 'Backspace');
        await delay(QUICK_MS);
      }
      const ours = tasksOf(await inspector.stopProfile(), isOurs).filter(({ own }) => own > 0);
      const longest = ours.toSorted((a, b) => b.running - a.running)[0];
      printNumbers(
        `${QUICK_KEYS} keys: longest of ${ours.length} host tasks of ours`,
        [longest?.running ?? 0],
        'ms',
        16,
      );
      console.log(
        `  of it in our frames ${longest?.own.toFixed(0) ?? ''}, collecting garbage ${longest?.collecting.toFixed(0) ?? ''}`,
      );
      inspector.close();
    });
  });
}
