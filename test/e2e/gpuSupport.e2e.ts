/** GPU support, from a server on this machine: offered where the machine's document names it, confirmed with its size, fetched. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { gpuSupport } from '../../src/engine/onnx/gpuSupport.ts';
import { fakeNuget, makeZip } from '../support/fakeNuget.ts';
import { screenshot } from '../workbench/artifacts.ts';
import { codeLenses } from '../workbench/editors.ts';
import { runCommand } from '../workbench/palette.ts';
import { dialogs, notifications } from '../workbench/surroundings.ts';
import { changeWorkbenchTheme } from '../workbench/themes.ts';
import { scenario } from './scenario.ts';

scenario('GPU support is installed from the document about the machine', async (stage) => {
  const { packageName: name, version, files } = gpuSupport();
  const contents = makeZip(Object.fromEntries(files.map((file) => [file, Buffer.alloc(300_000, file)])));
  const nuget = await fakeNuget({ after: (action) => stage.atEnd(action) }, { name, version, contents });
  const cache = stage.makeFolder('cache');
  const environment = { RLVR_NUGET_INDEX: nuget.index, XDG_CACHE_HOME: cache };
  const { page, server } = await stage.open({ open: { folder: stage.makeFolder('project') }, environment });
  await runCommand(page, 'RLVR: Check This Machine');
  const install = codeLenses(page).filter({ hasText: 'Install GPU Support' });
  await install.waitFor();
  await screenshot(page, 'gpu 1 offered');
  for (const theme of ['light', 'highContrast'] as const) {
    await changeWorkbenchTheme(server.editor.version, page, theme);
    await screenshot(page, `gpu 1 offered ${theme}`);
  }

  await changeWorkbenchTheme(server.editor.version, page, 'dark');

  await install.click();
  await dialogs(page).filter({ hasText: 'Install GPU support (' }).waitFor();
  await screenshot(page, 'gpu 2 confirmed');
  assert.ok(!nuget.requests.some((request) => request.startsWith('/contents')), 'nothing is fetched before');
  await dialogs(page).getByRole('button', { name: 'Install', exact: true }).click();
  await notifications(page).filter({ hasText: 'CUDA does not work yet' }).waitFor();
  await screenshot(page, 'gpu 3 installed');
  assert.ok(existsSync(path.join(cache, 'rlvr-ops/gpu-support')));
  // The document is checked again, and offers nothing any more.
  await install.waitFor({ state: 'detached' });
  await screenshot(page, 'gpu 4 checked again');
});
