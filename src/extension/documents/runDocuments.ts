/** Shows texts about runs in editors, read-only, and two runs' side by side. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import type { DiffKind } from '../../engine/protocol/panels/compare.ts';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import type { RunData } from '../data/runData.ts';
import { pairSources } from './pairSources.ts';
import { addressOf, parseQuery, RUN_SCHEME, type RunDocument } from './runUri.ts';

/** A run as the title of a comparison calls it. */
export interface NamedRun {
  readonly dir: string;
  readonly name: string;
}

export class RunDocuments implements Disposable {
  readonly #data: RunData;
  readonly #disposables = new DisposableStore();

  constructor(data: RunData) {
    this.#data = data;
    this.#disposables.add(
      vscode.workspace.registerTextDocumentContentProvider(RUN_SCHEME, {
        provideTextDocumentContent: ({ query }) => {
          const document = parseQuery(query);
          if (document === null) throw new UserError(vscode.l10n.t('This address is none that RLVR made.'));
          return this.#text(document);
        },
      }),
    );
  }

  /**
   * Opens the editor's comparison of what two runs keep. Rejects with UserError where there is nothing to compare.
   * @param a on the left
   */
  async showDiff(diff: DiffKind, a: NamedRun, b: NamedRun): Promise<void> {
    switch (diff) {
      case 'experiment':
        return open(vscode.l10n.t('Experiment'), a, b, [[kept(a, 'experiment.json'), kept(b, 'experiment.json')]]);
      case 'code':
        return open(vscode.l10n.t('Code'), a, b, [
          [
            { kind: 'code', runDir: a.dir },
            { kind: 'code', runDir: b.dir },
          ],
        ]);
      case 'dataset':
        return open(vscode.l10n.t('Dataset'), a, b, [
          [
            { kind: 'dataset', runDir: a.dir },
            { kind: 'dataset', runDir: b.dir },
          ],
        ]);
      case 'rewards':
        return open(vscode.l10n.t('Reward source'), a, b, await this.#rewards(a, b));
    }
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  /** Sources of the same name side by side where they differ; those that one run alone has, against nothing. */
  async #rewards(a: NamedRun, b: NamedRun): Promise<DocumentPair[]> {
    const [ofA = [], ofB = []] = await Promise.all([a, b].map(({ dir }) => this.#data.call('rewardSources', { dir })));
    const side = (run: NamedRun, path: string | null, other: string | null): RunDocument =>
      path === null ? { kind: 'none', path: other ?? '' } : kept(run, path);
    const pairs = pairSources(ofA, ofB).map((pair): DocumentPair => [side(a, pair.a, pair.b), side(b, pair.b, pair.a)]);
    const texts = await Promise.all(pairs.flat().map((document) => this.#text(document)));
    const different = pairs.filter((_, index) => texts[2 * index] !== texts[2 * index + 1]);
    if (different.length > 0) return different;
    throw new UserError(
      vscode.l10n.t('What both runs keep of their reward code is the same: packages or options differ.'),
    );
  }

  async #text(document: RunDocument): Promise<string> {
    switch (document.kind) {
      case 'none':
        return '';
      case 'kept':
        return (await this.#data.call('keptFile', { dir: document.runDir, path: document.path })) ?? '';
      case 'code':
        return this.#data.call('codeText', { dir: document.runDir });
      case 'dataset':
        return this.#data.call('datasetText', { dir: document.runDir });
    }
  }
}

type DocumentPair = readonly [a: RunDocument, b: RunDocument];

function kept({ dir }: NamedRun, path: string): RunDocument {
  return { kind: 'kept', runDir: dir, path };
}

async function open(what: string, a: NamedRun, b: NamedRun, pairs: readonly DocumentPair[]): Promise<void> {
  const title = `${what}: ${a.name} ↔ ${b.name}`;
  const uris = pairs.map(([left, right]) => [uriOf(left), uriOf(right)] as const);
  const [first, ...more] = uris;
  if (first && more.length === 0) await vscode.commands.executeCommand('vscode.diff', first[0], first[1], title);
  else
    await vscode.commands.executeCommand(
      'vscode.changes',
      title,
      uris.map(([left, right]) => [right, left, right]),
    );
}

function uriOf(document: RunDocument): vscode.Uri {
  return vscode.Uri.from(addressOf(document));
}
