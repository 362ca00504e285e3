/** A model behind an API, here a server on this machine that asks for a key, is asked the problems of a run and compared with it. */
import assert from 'node:assert/strict';
import { startModelServer } from '../support/modelServer.ts';
import { screenshot } from '../workbench/artifacts.ts';
import { pick, quickInput, quickPickRows } from '../workbench/palette.ts';
import { panelFrame } from '../workbench/panels.ts';
import { dialogs, notificationButton, notifications } from '../workbench/surroundings.ts';
import { openView, rowMenu, treeRow } from '../workbench/views.ts';
import { runsIn, trainInTerminal } from './runs.ts';
import { writeProject } from './project.ts';
import { scenario } from './scenario.ts';

const KEY = 'sk-abcdefghijklmnop';
const TITLE = "Evaluate a Server's Model…";

scenario("a server's model is asked a run's problems, and compared with the run", async (stage) => {
  const server = await startModelServer(({ path, authorization }) => {
    if (authorization !== `Bearer ${KEY}`) return { status: 401, body: { error: { message: 'Incorrect API key' } } };
    if (path === '/v1/models') return { body: { data: [{ id: 'small-model' }, { id: 'large-model' }] } };
    return {
      body: {
        choices: [{ text: '3', finish_reason: 'stop' }],
        usage: { prompt_tokens: 20, completion_tokens: 1 },
      },
    };
  });
  stage.atEnd(() => server.close());
  const folder = stage.makeFolder('project');
  await trainInTerminal(writeProject(folder, { steps: 3 }), folder);
  const { page } = await stage.open({ open: { folder } });
  await openView(page, 'RLVR');
  const row = treeRow(page, /3 · /);

  await rowMenu(page, row, TITLE);
  await pick(page, 'Held-out problems');
  await quickPickRows(page).filter({ hasText: 'Ollama' }).waitFor();
  await screenshot(page, 'server 1 which');
  await pick(page, 'Another Address…');
  await page.getByText('Address of its API').waitFor();
  await quickInput(page).fill(server.baseUrl);
  await page.keyboard.press('Enter');
  await page.getByText('status 401').waitFor();
  await quickInput(page).fill(KEY);
  await screenshot(page, 'server 2 key');
  await page.keyboard.press('Enter');
  await quickPickRows(page).filter({ hasText: 'small-model' }).waitFor();
  await screenshot(page, 'server 3 models');
  await pick(page, 'large-model');
  await dialogs(page).waitFor();
  await screenshot(page, 'server 4 what it takes');
  assert.ok(
    server.asked.every(({ path }) => path === '/v1/models'),
    'nothing is sent before it is agreed to',
  );
  await dialogs(page).getByRole('button', { name: 'Evaluate', exact: true }).click();
  await notifications(page).filter({ hasText: 'Held-out accuracy' }).waitFor();
  await screenshot(page, 'server 5 done');
  assert.equal(runsIn(folder).length, 2);
  await notificationButton(page, 'Compare').click();
  await panelFrame(page, 'table.runs tbody tr');
  await screenshot(page, 'server 6 compared');
});
