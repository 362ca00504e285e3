/** What an experiment feeds its model, to be read before it is started: its prompts and its data, beside the file. */
import { screenshot } from '../workbench/artifacts.ts';
import { codeLenses, codeLines, openFile, replaceInEditor, tab } from '../workbench/editors.ts';
import { writeProject } from './project.ts';
import { scenario } from './scenario.ts';

scenario('prompts and data are read before a start', async (stage) => {
  const folder = stage.makeFolder('project');
  writeProject(folder);
  const { page } = await stage.open({ open: { folder }, settings: { 'editor.minimap.enabled': false } });
  await openFile(page, 'small.rlvr.json');
  await codeLenses(page).filter({ hasText: 'Preview Prompts' }).click();
  await codeLines(page)
    .filter({ hasText: /tokens/ })
    .first()
    .waitFor();
  await screenshot(page, 'previews 1 prompt');
  // Typed, not saved.
  await replaceInEditor(page, 'small.rlvr.json', '"{question}', '"Please: {question}');
  await codeLines(page)
    .filter({ hasText: /^Please:/ })
    .first()
    .waitFor();
  await screenshot(page, 'previews 2 typed');

  await tab(page, 'small.rlvr.json').click();
  await codeLenses(page).filter({ hasText: 'Data' }).click();
  await codeLines(page).filter({ hasText: /Leaks/ }).first().waitFor();
  await screenshot(page, 'previews 3 data');
});
