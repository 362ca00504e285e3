/** Export of a policy of a run as a folder that other programs load. */
import * as vscode from 'vscode';
import type { ExportForm } from '../../engine/protocol/policyExport.ts';
import { bytes as inBytes } from '../../engine/words/format.ts';
import { experimentName } from '../../engine/words/naming.ts';
import { cancellable } from '../common/cancellable.ts';
import type { Services } from '../services.ts';
import { listedRun } from './chooseRun.ts';
import { chosenFolder, newPath } from './exportPlaces.ts';
import { pickPolicy } from './pickPolicies.ts';
import { fullName } from './runNames.ts';

/** @param place where the question for a folder begins */
export async function exportPolicy(
  { engines, store, data }: Pick<Services, 'engines' | 'store' | 'data'>,
  runDir: string,
  form: ExportForm,
  place: string,
): Promise<void> {
  const run = listedRun(store, runDir);
  const which = vscode.l10n.t('Export {0} after which step?', fullName(run));
  const policy = await pickPolicy({ data }, run, which);
  if (policy === null) return;
  const parent = await chosenFolder(place, vscode.l10n.t('Write the Model Here'));
  if (parent === null) return;
  const outDir = newPath(parent, `${experimentName(run.experimentPath)}-${form}`);
  const title = vscode.l10n.t('Writing the model');
  const written = await cancellable(title, (_, signal) =>
    engines.questions.exportPolicy({ runDir, policy, form, outDir }, signal),
  );
  if (written === null) return;
  const { step, bytes, warnings } = written;
  for (const warning of warnings) void vscode.window.showWarningMessage(warning);
  const reveal = vscode.l10n.t('Show in File Manager');
  const said = vscode.l10n.t('Wrote the policy of step {0} to {1} ({2}).', step, outDir, inBytes(bytes));
  if ((await vscode.window.showInformationMessage(said, reveal)) === reveal)
    await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(outDir));
}
