/** Shows texts about runs in editors, read-only, and two runs' side by side. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import type { DiffKind } from '../../engine/protocol/panels/compare.ts';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import type { UnsavedFile } from '../../engine/protocol/scoring.ts';
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
  /** Texts of before a save, by their number; the oldest are forgotten. */
  readonly #replaced = new Map<number, string>();
  #lastReplaced = 0;

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

  /** Opens the editor's comparison of what scored before a step with what scored from it on. Rejects with UserError where none changed there. */
  async showRewardChange(runDir: string, step: number): Promise<void> {
    const at = (which: number): Promise<string[]> => this.#data.call('rewardSources', { dir: runDir, step: which });
    const before = { dir: runDir, name: vscode.l10n.t('before step {0}', step) };
    const after = { dir: runDir, name: vscode.l10n.t('from step {0}', step) };
    const pairs = await this.#different(before, after, await at(step - 1), await at(step));
    if (pairs.length === 0)
      throw new UserError(
        vscode.l10n.t(
          'The reward sources before and after step {0} are the same: a package that they import differs.',
          step,
        ),
      );
    await open(vscode.l10n.t('Reward source'), before, after, pairs);
  }

  /** Opens the editor's comparison of texts with the files that they were in, as those are now. */
  async showReplaced(title: string, texts: readonly UnsavedFile[]): Promise<void> {
    const pairs = texts.map(({ path, text }): UriPair => {
      const version = ++this.#lastReplaced;
      this.#replaced.set(version, text);
      return [uriOf({ kind: 'replaced', path, version }), vscode.Uri.file(path)];
    });
    for (const oldest of this.#replaced.keys()) {
      if (this.#replaced.size <= MAX_REPLACED) break;
      this.#replaced.delete(oldest);
    }
    await openPairs(title, pairs);
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  /** Sources of the same name side by side where they differ; those that one run alone has, against nothing. */
  async #rewards(a: NamedRun, b: NamedRun): Promise<readonly DocumentPair[]> {
    const [ofA = [], ofB = []] = await Promise.all([a, b].map(({ dir }) => this.#data.call('rewardSources', { dir })));
    const different = await this.#different(a, b, ofA, ofB);
    if (different.length > 0) return different;
    throw new UserError(
      vscode.l10n.t('What both runs keep of their reward code is the same: packages or options differ.'),
    );
  }

  async #different(
    a: NamedRun,
    b: NamedRun,
    ofA: readonly string[],
    ofB: readonly string[],
  ): Promise<readonly DocumentPair[]> {
    const side = (run: NamedRun, path: string | null, other: string | null): RunDocument =>
      path === null ? { kind: 'none', path: other ?? '' } : kept(run, path);
    const pairs = pairSources(ofA, ofB).map((pair): DocumentPair => [side(a, pair.a, pair.b), side(b, pair.b, pair.a)]);
    const texts = await Promise.all(pairs.flat().map((document) => this.#text(document)));
    return pairs.filter((_, index) => texts[2 * index] !== texts[2 * index + 1]);
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
      case 'replaced': {
        const text = this.#replaced.get(document.version);
        if (text === undefined)
          throw new UserError(vscode.l10n.t('This text was kept only until the window was closed.'));
        return text;
      }
    }
  }
}

type DocumentPair = readonly [a: RunDocument, b: RunDocument];
type UriPair = readonly [a: vscode.Uri, b: vscode.Uri];

/** Comparisons stay open for a while; their texts are short. */
const MAX_REPLACED = 100;

function kept({ dir }: NamedRun, path: string): RunDocument {
  return { kind: 'kept', runDir: dir, path };
}

async function open(what: string, a: NamedRun, b: NamedRun, pairs: readonly DocumentPair[]): Promise<void> {
  await openPairs(
    `${what}: ${a.name} ↔ ${b.name}`,
    pairs.map(([left, right]) => [uriOf(left), uriOf(right)]),
  );
}

async function openPairs(title: string, uris: readonly UriPair[]): Promise<void> {
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
