/** A workspace that is not trusted: runs can be looked at, and nothing of the workspace is run, by any path. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { screenshot } from '../workbench/artifacts.ts';
import { codeLenses, openFile } from '../workbench/editors.ts';
import { paletteTitles, runCommand } from '../workbench/palette.ts';
import { descendants } from '../workbench/processes.ts';
import { statusBarItem } from '../workbench/surroundings.ts';
import { openView, treeRow } from '../workbench/views.ts';
import { writeProject } from './project.ts';
import { trainInTerminal } from './runs.ts';
import { scenario } from './scenario.ts';

scenario('an untrusted workspace', async (stage) => {
  const folder = stage.makeFolder('stranger');
  const evidence = path.join(folder, 'evidence');
  const reward = `import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(evidence)}, '');
export const correct = () => 0;
`;
  // The stranger's run, from before.
  const experiment = writeProject(folder, { steps: 3 });
  await trainInTerminal(experiment, folder);
  writeProject(folder, { steps: 3, reward });

  const { page, server } = await stage.open({ open: { folder }, workspaceTrust: true });
  await statusBarItem(page, 'Restricted Mode').waitFor();
  await openView(page, 'RLVR');

  // What is there can be looked at.
  const row = treeRow(page, /\d\d:\d\d:\d\d/);
  await row.click();

  // Nothing that runs code is offered ...
  const titles = await paletteTitles(page, 'RLVR:');
  for (const title of ['Start Training', 'Resume Run…', 'Evaluate Model…', 'Try the Built-in Demo'])
    assert.ok(!titles.includes(`RLVR: ${title}`), title);
  await openFile(page, 'small.rlvr.json');
  await page.waitForTimeout(2_000);
  assert.deepEqual(await codeLenses(page).filter({ hasText: 'Start' }).count(), 0);
  await screenshot(page, 'untrusted');

  // ... and nothing has run.
  await runCommand(page, 'RLVR: Check This Machine');
  assert.ok(!existsSync(evidence));
  assert.deepEqual(server.engines(), []);
  const grader = descendants(server.pid).filter(({ args }) => args.some((argument) => argument.endsWith('grader.js')));
  assert.deepEqual(grader, []);
});
