/** Above a sweep: "Start Sweep", how far it is, "Train All Again" and "Compare". */
import * as vscode from 'vscode';
import { countFinished, isUnderWay } from '../../engine/analysis/sweep/sweepRuns.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import { SWEEP_EXTENSION } from '../../engine/protocol/sweep/sweepFile.ts';
import type { Disposable } from '../common/disposable.ts';
import type { Services } from '../services.ts';
import { roundOf, runsOfSweep } from './runsOfSweep.ts';
import { trainedHere } from './trainedHere.ts';

/** Saved files on this machine: runs read them from the disk. */
const SWEEP_SELECTOR: vscode.DocumentFilter = { scheme: 'file', pattern: `**/*${SWEEP_EXTENSION}` };

export function registerSweepLenses({
  data,
  engines,
  store,
}: Pick<Services, 'data' | 'engines' | 'store'>): Disposable {
  const changed = new vscode.EventEmitter<void>();
  const provideCodeLenses = async (document: vscode.TextDocument): Promise<vscode.CodeLens[]> => {
    const top = new vscode.Range(0, 0, 0, 0);
    const { fsPath } = document.uri;
    try {
      const { sweep: asWritten } = await data.call('planSweep', { path: fsPath, text: document.getText() });
      const sweep = roundOf(store, asWritten);
      const runs = [...runsOfSweep(store, sweep).values()];
      const finished = countFinished(runs);
      const all = sweep.members.length;
      const lenses: vscode.CodeLens[] = [];
      const start = (title: string, ...how: boolean[]): void => {
        const command = { command: 'rlvr.sweep.start', title, arguments: [document.uri, ...how] };
        lenses.push(new vscode.CodeLens(top, command));
      };
      // What this window's own engine works on is waited for, what another process does is left to it.
      const isElsewhere = runs.some((run) => isUnderWay(run) && engines.ofRun(run.dir) === null);
      if (trainedHere.has(asWritten.id) || isElsewhere) {
        const title = vscode.l10n.t('$(sync) {0} of {1} runs finished', finished, all);
        lenses.push(new vscode.CodeLens(top, { command: '', title }));
      } else if (vscode.workspace.isTrusted) {
        if (runs.length === 0) start(vscode.l10n.t('$(play) Start Sweep ({0} runs)', all));
        else if (finished < all)
          start(vscode.l10n.t('$(play) Continue Sweep ({0} of {1} runs finished)', finished, all));
        if (finished > 0) start(vscode.l10n.t('Train All Again'), true);
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
