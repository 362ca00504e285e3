/** A model of the Hugging Face hub, here one on this machine that asks for a token: looked at, fetched, found by name, and refused. */
import assert from 'node:assert/strict';
import { fakeHub } from '../support/fakeHub.ts';
import { MODEL_NAME, modelRepo, WEIGHTS } from '../support/modelRepo.ts';
import { screenshot } from '../workbench/artifacts.ts';
import { codeLenses, openFile } from '../workbench/editors.ts';
import { pick, quickInput, quickPickRows, runCommand } from '../workbench/palette.ts';
import { dialogs, notificationCenter, notifications } from '../workbench/surroundings.ts';
import { writeProject } from './project.ts';
import { scenario } from './scenario.ts';

const TOKEN = 'hf_abcdefghijklmnopqrstuvwxyz';

scenario('a model of the hub is looked at, fetched, searched for, and refused before its weights', async (stage) => {
  const folder = stage.makeFolder('project');
  const cache = stage.makeFolder('hub');
  writeProject(folder, { model: MODEL_NAME });
  const repo = await modelRepo();
  const hub = await fakeHub({ after: (action) => stage.atEnd(action) }, { ...repo, gatedBy: TOKEN });
  const weightsAsked = (): number => hub.requests.filter((line) => line.endsWith(WEIGHTS)).length;
  const environment = { HF_ENDPOINT: hub.endpoint, HF_HOME: cache, HF_TOKEN: '' };
  const { page } = await stage.open({ open: { folder }, environment });
  await openFile(page, 'small.rlvr.json');

  const getModel = codeLenses(page).filter({ hasText: 'Get Model' });
  await getModel.click();
  const gated = dialogs(page).filter({ hasText: 'is gated' });
  await gated.getByText('There is none here yet').waitFor();
  await screenshot(page, 'model 1 gated');
  // Another account's does not help.
  await gated.getByRole('button', { name: 'Store Token…' }).click();
  await quickInput(page).fill('hf_another');
  await page.keyboard.press('Enter');
  await gated.getByText('did not open it').waitFor();
  await screenshot(page, 'model 1 gated to this token');
  await gated.getByRole('button', { name: 'Store Token…' }).click();
  await quickInput(page).fill(TOKEN);
  await page.keyboard.press('Enter');

  await dialogs(page).filter({ hasText: 'Get owner/tiny?' }).waitFor();
  await screenshot(page, 'model 2 described');
  assert.equal(weightsAsked(), 0, 'weights are fetched by who says so');
  await dialogs(page).getByRole('button', { name: 'Get', exact: true }).click();
  await runCommand(page, 'Notifications: Show Notifications');
  await notificationCenter(page).filter({ hasText: 'Fetched' }).waitFor();
  await screenshot(page, 'model 3 fetched');
  await runCommand(page, 'Notifications: Hide Notifications');
  assert.equal(weightsAsked(), 1);

  await runCommand(page, 'RLVR: New Experiment…');
  await quickPickRows(page).filter({ hasText: 'Get Model' }).waitFor();
  await screenshot(page, 'model 4 row');
  await pick(page, 'Get Model…');
  await quickInput(page).fill('tin');
  await pick(page, MODEL_NAME);
  await dialogs(page).getByRole('button', { name: 'Use', exact: true }).waitFor();
  await screenshot(page, 'model 5 here already');
  await dialogs(page).getByRole('button', { name: 'Cancel' }).click();
  // Back where models are chosen.
  await quickPickRows(page).filter({ hasText: 'Browse' }).waitFor();
  await page.keyboard.press('Escape');
  await quickInput(page).waitFor({ state: 'hidden' });

  hub.repo = {
    ...repo,
    commit: 'd'.repeat(40),
    files: { ...repo.files, 'config.json': Buffer.from('{"model_type": "mamba"}') },
  };
  await getModel.click();
  await notifications(page).filter({ hasText: 'mamba' }).waitFor();
  await screenshot(page, 'model 6 refused');
  assert.equal(weightsAsked(), 1, 'nothing more was fetched');
});
