/** The policy of a run that is over leaves as an adapter, as a model, and as an ONNX file. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { screenshot } from '../workbench/artifacts.ts';
import { enterPath, pick, quickPickRows } from '../workbench/palette.ts';
import { notifications } from '../workbench/surroundings.ts';
import { openView, rowMenu, treeRow } from '../workbench/views.ts';
import { trainInTerminal } from './runs.ts';
import { writeProject } from './project.ts';
import { scenario } from './scenario.ts';

const FORMS = [
  ['PEFT Adapter', 'small-peft', 'adapter_model.safetensors'],
  ['Merged Model', 'small-merged', 'model.safetensors'],
  ['ONNX Model', 'small-onnx', 'onnx/model.onnx'],
] as const;

scenario('a policy is exported as an adapter, a merged model and an ONNX file', async (stage) => {
  const folder = stage.makeFolder('project');
  const experiment = writeProject(folder, { steps: 3, lora: true, changes: { checkpoint: { every: 2 } } });
  await trainInTerminal(experiment, folder);
  const { page } = await stage.open({ open: { folder } });
  await openView(page, 'RLVR');
  const row = treeRow(page, /3 · /);

  for (const [form, name, weights] of FORMS) {
    await rowMenu(page, row, 'Export…');
    await quickPickRows(page).filter({ hasText: form }).waitFor();
    await screenshot(page, `policy ${form} 1 chosen`);
    await pick(page, form);
    await quickPickRows(page).filter({ hasText: 'Step 2' }).waitFor();
    await screenshot(page, `policy ${form} 2 of which step`);
    await pick(page, 'The newest');
    await enterPath(page, `${folder}/`, 'Write the Model Here');
    await notifications(page).filter({ hasText: name }).filter({ hasText: 'Wrote the policy of step 3' }).waitFor();
    await screenshot(page, `policy ${form} 3 written`);
    assert.ok(existsSync(path.join(folder, name, weights)), weights);
  }
});
