/** Fork from Checkpoint: a new experiment that begins with what a run had learned at a step. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { applyEdits, modify } from 'jsonc-parser';
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import { experimentName } from '../../engine/words/naming.ts';
import type { Services } from '../services.ts';
import { isReadable } from './runNames.ts';

/** Asks for the checkpoint, writes the experiment beside the run's own, and opens it to be looked over and started. */
export async function forkRun({ data, store }: Services, runDir: string): Promise<void> {
  const run = store.get(runDir);
  if (run === undefined || !isReadable(run)) return;
  const { steps, adapters } = await data.call('checkpoints', { dir: runDir });
  if (steps.length === 0)
    throw new UserError(
      vscode.l10n.t('The run has no checkpoint yet. One is written every checkpoint.every steps, and at the end.'),
    );
  const step = await vscode.window.showQuickPick(
    steps.toReversed().map((value) => ({ label: vscode.l10n.t('Step {0}', value), value })),
    { placeHolder: vscode.l10n.t('Begin with the policy after which step?') },
  );
  if (step === undefined) return;
  const { experimentPath } = run;
  if (!existsSync(experimentPath))
    throw new UserError(vscode.l10n.t('The experiment file {0} is gone; a fork is written beside it.', experimentPath));
  const folder = dirname(experimentPath);
  const checkpoint = relative(folder, join(runDir, 'checkpoints', `step-${step.value}`)).replaceAll('\\', '/');
  const text = await readFile(experimentPath, 'utf8');
  const place = adapters ? ['lora', 'from'] : ['model'];
  const forked = applyEdits(
    text,
    modify(text, place, checkpoint, { formattingOptions: { insertSpaces: true, tabSize: 2 } }),
  );
  const file = freeName(folder, `${experimentName(experimentPath)}-from-${step.value}`);
  await writeFile(file, forked, { flag: 'wx' });
  await vscode.window.showTextDocument(vscode.Uri.file(file));
}

function freeName(folder: string, base: string): string {
  for (let index = 1; ; index++) {
    const file = join(folder, `${base}${index === 1 ? '' : `-${index}`}.rlvr.json`);
    if (!existsSync(file)) return file;
  }
}
