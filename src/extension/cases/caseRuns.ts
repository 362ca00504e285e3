/** Runs cases from the Testing view: once, again whenever their code is saved, or under a debugger. */
import * as vscode from 'vscode';
import { scoreText } from '../../engine/cases/caseTitle.ts';
import type { ScoreGroups } from '../../engine/cases/runCases.ts';
import type { PlacedCase } from '../../engine/protocol/rewardCases.ts';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import type { CaseItems, FoundCase } from './caseItems.ts';
import { concernsCases } from './concernsCases.ts';
import { judgeCases, type JudgedCase } from './fileCases.ts';

export interface CaseRunsOptions {
  readonly controller: vscode.TestController;
  readonly items: CaseItems;
  readonly score: ScoreGroups;
  /** The workspace's folders, absolute. */
  readonly folders: () => readonly string[];
  readonly debug: (file: string, one: PlacedCase) => Promise<void>;
}

/** Milliseconds: "Save All" saves one file after the other. */
const SAVED_MS = 150;

export class CaseRuns implements Disposable {
  readonly #options: CaseRunsOptions;
  readonly #disposables = new DisposableStore();

  constructor(options: CaseRunsOptions) {
    this.#options = options;
    // Without trust there is no way to run anything; the items say why.
    if (vscode.workspace.isTrusted) this.#offer();
    else this.#disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#offer()));
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #offer(): void {
    const { controller } = this.#options;
    const run = controller.createRunProfile(
      vscode.l10n.t('Score'),
      vscode.TestRunProfileKind.Run,
      async (request, token) => {
        if (request.continuous === true) return this.#runOnSave(request, token);
        await saveBeforeTest();
        return this.#run(request, token);
      },
      true,
      undefined,
      true,
    );
    const debug = controller.createRunProfile(
      vscode.l10n.t('Debug'),
      vscode.TestRunProfileKind.Debug,
      async (request, token) => {
        await saveBeforeTest();
        return this.#debug(request, token);
      },
      true,
    );
    this.#disposables.add(run);
    this.#disposables.add(debug);
  }

  /** @param isDue whether a file's cases are to be run; all of them unless said */
  async #run(
    request: vscode.TestRunRequest,
    token: vscode.CancellationToken,
    isDue: (file: string) => boolean = () => true,
  ): Promise<void> {
    const { controller, items, score, folders } = this.#options;
    const found = (await items.casesOf(request)).filter(({ file }) => isDue(file));
    if (found.length === 0) return;
    const run = controller.createTestRun(request);
    try {
      for (const { item } of found) run.enqueued(item);
      for (const [file, own] of Map.groupBy(found, (one) => one.file)) {
        for (const { item } of own) run.started(item);
        const cases = own.map(({ leaf }) => leaf.case);
        const judged = await unlessCancelled(judgeCases(file, cases, { folders: folders(), score }), token);
        if (judged === null) break;
        for (const [index, one] of judged.entries()) report(run, own[index], one);
      }
    } finally {
      run.end();
    }
  }

  /** Resolves after the first run; what is saved is followed until the token says that it shall not be. */
  async #runOnSave(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const saved = new Set<string>();
    let timer: NodeJS.Timeout | undefined;
    // One after the other: each would take the graders from the one before.
    let last = this.#run(request, token);
    const due = (): void => {
      const paths = [...saved];
      saved.clear();
      const isDue = (file: string): boolean => paths.some((path) => concernsCases(path, file, this.#options.folders()));
      const again = (): Promise<void> => this.#run(request, token, isDue);
      last = last.then(again, again);
    };
    const listener = vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      if (uri.scheme !== 'file') return;
      saved.add(uri.fsPath);
      clearTimeout(timer);
      timer = setTimeout(due, SAVED_MS);
    });
    token.onCancellationRequested(() => {
      clearTimeout(timer);
      listener.dispose();
    });
    await last;
  }

  async #debug(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const { controller, items, debug } = this.#options;
    // One at a time: a debugger shows one call.
    const [first] = await items.casesOf(request);
    if (first === undefined || token.isCancellationRequested) return;
    const run = controller.createTestRun(new vscode.TestRunRequest([first.item], undefined, request.profile));
    try {
      run.started(first.item);
      await debug(first.file, first.leaf.case);
      // The debugger has the word; what it shows is no verdict.
      run.skipped(first.item);
    } finally {
      run.end();
    }
  }
}

/**
 * What the setting promises: VS Code saves before it asks for a run, but does not wait for a save that is under way already, and the cases
 * would be judged by the code as it was.
 */
async function saveBeforeTest(): Promise<void> {
  if (!vscode.workspace.getConfiguration('testing').get<boolean>('saveBeforeTest', true)) return;
  const unsaved = vscode.workspace.textDocuments.filter(({ isDirty, isUntitled }) => isDirty && !isUntitled);
  await Promise.all(unsaved.map((document) => document.save()));
}

/** null as soon as nobody waits for it any more, though it may go on for as long as a reward may take. */
async function unlessCancelled<Result>(work: Promise<Result>, token: vscode.CancellationToken): Promise<Result | null> {
  if (token.isCancellationRequested) return null;
  let listener: vscode.Disposable | undefined;
  const cancelled = new Promise<null>((resolve) => {
    listener = token.onCancellationRequested(() => resolve(null));
  });
  try {
    return await Promise.race([work, cancelled]);
  } finally {
    listener?.dispose();
  }
}

function report(run: vscode.TestRun, found: FoundCase | undefined, judged: JudgedCase<PlacedCase>): void {
  if (found === undefined) return;
  const { item } = found;
  const { verdict } = judged;
  if (verdict.outcome === 'passed') {
    run.passed(item);
    return;
  }
  const message =
    verdict.outcome === 'error'
      ? new vscode.TestMessage(verdict.message)
      : vscode.TestMessage.diff(
          vscode.l10n.t(
            '{0} is {1}, and shall be {2}.',
            judged.case.function,
            scoreText(verdict.value),
            scoreText(judged.case.expected),
          ),
          scoreText(judged.case.expected),
          scoreText(verdict.value),
        );
  if (item.uri !== undefined && item.range !== undefined) message.location = new vscode.Location(item.uri, item.range);
  if (verdict.outcome === 'error') run.errored(item, message);
  else run.failed(item, message);
}
