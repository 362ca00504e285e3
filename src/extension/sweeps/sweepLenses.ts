/** Above a sweep: "Start Sweep", how far it is, and "Compare". */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import { SWEEP_EXTENSION } from '../../engine/protocol/sweep/sweepFile.ts';
import type { Disposable } from '../common/disposable.ts';
import type { Services } from '../services.ts';
import { countFinished, runsOfSweep } from './runsOfSweep.ts';

/** Saved files on this machine: runs read them from the disk. */
const SWEEP_SELECTOR: vscode.DocumentFilter = { scheme: 'file', pattern: `**/*${SWEEP_EXTENSION}` };

export function registerSweepLenses({ data, store }: Pick<Services, 'data' | 'store'>): Disposable {
  const changed = new vscode.EventEmitter<void>();
  const provideCodeLenses = async (document: vscode.TextDocument): Promise<vscode.CodeLens[]> => {
    const top = new vscode.Range(0, 0, 0, 0);
    const { fsPath } = document.uri;
    try {
      const { sweep } = await data.call('planSweep', { path: fsPath, text: document.getText() });
      const runs = [...runsOfSweep(store, sweep).values()];
      const finished = countFinished(runs);
      const all = sweep.members.length;
      const lenses: vscode.CodeLens[] = [];
      if (vscode.workspace.isTrusted && finished < all) {
        const title =
          runs.length === 0
            ? vscode.l10n.t('$(play) Start Sweep ({0} runs)', all)
            : vscode.l10n.t('$(play) Continue Sweep ({0} of {1} runs finished)', finished, all);
        lenses.push(new vscode.CodeLens(top, { command: 'rlvr.sweep.start', title, arguments: [document.uri] }));
      }
      if (runs.length > 1) {
        const dirs = runs.map(({ dir }) => dir);
        const title = vscode.l10n.t('$(git-compare) Compare {0} Runs', runs.length);
        lenses.push(new vscode.CodeLens(top, { command: 'rlvr.run.compare', title, arguments: [null, dirs] }));
      }
      return lenses;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      // Its first line; a lens without a command is text.
      const [title = ''] = error.message.split('\n');
      return [new vscode.CodeLens(top, { command: '', title: `$(error) ${title}`, tooltip: error.message })];
    }
  };
  return vscode.Disposable.from(
    changed,
    store.onDidChange(() => changed.fire()),
    vscode.workspace.onDidSaveTextDocument(() => changed.fire()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
    vscode.languages.registerCodeLensProvider(SWEEP_SELECTOR, {
      provideCodeLenses,
      onDidChangeCodeLenses: changed.event,
    }),
  );
}
