/** A run from a terminal appears while it goes on, and can be stopped like any other. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { screenshot } from '../workbench/artifacts.ts';
import { runCommand } from '../workbench/palette.ts';
import { statusBarItem } from '../workbench/surroundings.ts';
import { openView, treeRow } from '../workbench/views.ts';
import { writeProject } from './project.ts';
import { commandLine, ended, reached } from './runs.ts';
import { scenario } from './scenario.ts';

scenario('a run from a terminal', async (stage) => {
  const folder = stage.makeFolder('project');
  const experiment = writeProject(folder);
  const { page, server } = await stage.open({ open: { folder } });
  await openView(page, 'RLVR');

  const terminal = spawn(process.execPath, [commandLine, 'train', experiment], {
    cwd: folder,
    stdio: 'ignore',
  });
  stage.atEnd(() => void terminal.kill('SIGKILL'));
  const exited = once(terminal, 'exit');

  // Nobody has told the editor: it sees the folder.
  const row = treeRow(page, /\d\d:\d\d:\d\d/);
  await row.waitFor();
  await row.click();
  await statusBarItem(page, /\d+\/100000/).waitFor();
  await screenshot(page, 'run from a terminal');
  assert.deepEqual(server.engines(), []);

  const { lastStep } = await reached(folder, 1);
  await runCommand(page, 'RLVR: Stop Training');
  await exited;
  const run = await ended(folder);
  assert.equal(run.status, 'stopped');
  assert.ok((run.lastStep ?? 0) >= (lastStep ?? 0));
  await statusBarItem(page, /\d+\/100000/).waitFor({ state: 'hidden' });
});
