/** A reward in Python, in TRL's signature: trained with, scored as it is typed, and its faults marked at their lines. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { screenshot } from '../workbench/artifacts.ts';
import { codeLenses, openFile, replaceInEditor } from '../workbench/editors.ts';
import { writeProject } from './project.ts';
import { trainInTerminal } from './runs.ts';
import { scenario } from './scenario.ts';

const REWARD = `def correct(completions, answer, **kwargs):
    """1 when a completion ends as its solution does."""
    return [score(completion, truth) for completion, truth in zip(completions, answer)]


def score(completion, truth):
    wanted = truth.split("####")[-1].strip()
    return 1.0 if completion.endswith(wanted) else 0.0
`;

scenario('a reward in Python is scored as it is typed', async (stage) => {
  const folder = stage.makeFolder('project');
  writeFileSync(path.join(folder, 'reward.py'), REWARD);
  const experiment = writeProject(folder, { steps: 8, rewards: [{ file: 'reward.py', function: 'correct' }] });
  await trainInTerminal(experiment, folder);
  const { page } = await stage.open({ open: { folder }, settings: { 'editor.minimap.enabled': false } });
  await openFile(page, 'reward.py');
  const lens = codeLenses(page).filter({ hasText: /mean/ });
  await lens.waitFor();
  assert.match((await lens.textContent()) ?? '', /^[\d.]+ mean · \d+ % pass$/);
  await screenshot(page, 'python reward 1 opened');

  await replaceInEditor(page, 'reward.py', 'else 0.0', 'else 0.25');
  await lens.filter({ hasText: /\(was/ }).waitFor();
  await screenshot(page, 'python reward 2 typed');
  await replaceInEditor(page, 'reward.py', 'else 0.25', 'else missing');
  await lens.filter({ hasText: /errors?/ }).waitFor();
  await page.locator('.part.editor .squiggly-warning').first().waitFor();
  await screenshot(page, 'python reward 3 error');
});
