/** A dataset of the Hugging Face hub, here one on this machine that asks for a token: fetched where it is named. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fakeHub } from '../support/fakeHub.ts';
import { screenshot } from '../workbench/artifacts.ts';
import { codeLenses, codeLines, openFile, tab } from '../workbench/editors.ts';
import { quickInput } from '../workbench/palette.ts';
import { dialogs, notifications } from '../workbench/surroundings.ts';
import { openView, viewMenu } from '../workbench/views.ts';
import { writeProject } from './project.ts';
import { scenario } from './scenario.ts';

const TOKEN = 'hf_abcdefghijklmnopqrstuvwxyz';

scenario('a dataset of the hub is fetched with the token that was stored', async (stage) => {
  const folder = stage.makeFolder('project');
  const cache = stage.makeFolder('hub');
  writeProject(folder, { changes: { dataset: { source: 'hf:owner/stories' } } });
  const problems = readFileSync(path.join(folder, 'problems.jsonl'));
  const hub = await fakeHub(
    { after: (action) => stage.atEnd(action) },
    {
      name: 'owner/stories',
      commit: '0123456789abcdef0123456789abcdef01234567',
      files: { 'train.jsonl': problems },
      token: TOKEN,
    },
  );
  const environment = { HF_ENDPOINT: hub.endpoint, HF_HOME: cache, HF_TOKEN: '' };
  const { page } = await stage.open({ open: { folder }, environment });
  await openFile(page, 'small.rlvr.json');

  const getDataset = codeLenses(page).filter({ hasText: 'Get Dataset' });
  await getDataset.click();
  const refused = dialogs(page).filter({ hasText: 'No access to owner/stories' });
  await refused.getByText('There is none here yet').waitFor();
  await screenshot(page, 'dataset 1 refused');
  await refused.getByRole('button', { name: 'Cancel' }).click();

  await openView(page, 'RLVR');
  await viewMenu(page, 'Store Hugging Face Token…');
  await quickInput(page).fill(TOKEN);
  await screenshot(page, 'dataset 2 token');
  await page.keyboard.press('Enter');

  await getDataset.click();
  await notifications(page).filter({ hasText: 'Fetched 1 file' }).waitFor();
  await screenshot(page, 'dataset 3 fetched');
  assert.equal(hub.tokens.at(-1), TOKEN);

  await tab(page, 'small.rlvr.json').click();
  await codeLenses(page).filter({ hasText: 'Data' }).first().click();
  await codeLines(page).filter({ hasText: /Leaks/ }).first().waitFor();
  await screenshot(page, 'dataset 4 shown');
});
