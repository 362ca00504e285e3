/** The tree of the Testing view: files of cases, their functions, their cases. Read when the view asks for them. */
import * as vscode from 'vscode';
import { CASES_EXTENSION } from '../../engine/protocol/casesExtension.ts';
import type { Disposable } from '../common/disposable.ts';
import { caseTree, type CaseLeaf, type FunctionBranch } from './caseTree.ts';

const CASE_FILES = `**/*${CASES_EXTENSION}`;
const ELSEWHERE = '**/{node_modules,.rlvr}/**';

/** Milliseconds: a pause in typing. */
const TYPING_MS = 250;

/** A case with the file that it stands in. */
export interface FoundCase {
  readonly item: vscode.TestItem;
  readonly file: string;
  readonly leaf: CaseLeaf;
}

export class CaseItems implements Disposable {
  readonly #controller: vscode.TestController;
  readonly #leaves = new WeakMap<vscode.TestItem, CaseLeaf>();
  readonly #disposable: vscode.Disposable;
  readonly #typing = new Map<string, NodeJS.Timeout>();
  /** Of the workspace's files; null before the view asked for them. */
  #discovery: Promise<void> | null = null;

  constructor(controller: vscode.TestController) {
    this.#controller = controller;
    controller.resolveHandler = (item) => (item === undefined ? this.#discover() : this.#read(item));
    controller.refreshHandler = async () => {
      this.#discovery = null;
      controller.items.replace([]);
      await this.#discover();
    };
    const watcher = vscode.workspace.createFileSystemWatcher(CASE_FILES);
    const changed = (uri: vscode.Uri): void => void this.#follow(uri);
    this.#disposable = vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(changed),
      watcher.onDidChange(changed),
      watcher.onDidDelete((uri) => controller.items.delete(idOf(uri))),
      vscode.workspace.onDidOpenTextDocument(({ uri }) => changed(uri)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#followSoon(document.uri)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => controller.items.forEach((item) => void this.#read(item))),
    );
    for (const { uri } of vscode.workspace.textDocuments) changed(uri);
  }

  /** The cases that were asked for, as the files are now: all of them where nothing was named. */
  async casesOf({ include, exclude }: vscode.TestRunRequest): Promise<readonly FoundCase[]> {
    if (include === undefined) await this.#discover();
    const chosen = include ?? itemsOf(this.#controller.items);
    for (const file of new Set(chosen.map(fileItemOf))) await this.#read(file);
    const left = new Set(exclude ?? []);
    const found = chosen.flatMap((item) => this.#casesUnder(item, left));
    return [...new Map(found.map((one) => [one.item, one])).values()];
  }

  dispose(): void {
    for (const timer of this.#typing.values()) clearTimeout(timer);
    this.#disposable.dispose();
  }

  #discover(): Promise<void> {
    this.#discovery ??= this.#find();
    return this.#discovery;
  }

  async #find(): Promise<void> {
    for (const uri of await vscode.workspace.findFiles(CASE_FILES, ELSEWHERE))
      if (this.#controller.items.get(idOf(uri)) === undefined) this.#add(uri);
  }

  #followSoon(uri: vscode.Uri): void {
    if (!isCasesFile(uri)) return;
    const id = idOf(uri);
    clearTimeout(this.#typing.get(id));
    const follow = (): void => {
      this.#typing.delete(id);
      void this.#follow(uri);
    };
    this.#typing.set(id, setTimeout(follow, TYPING_MS));
  }

  /** A file that is new, or changed; one that nobody has looked into is only listed. */
  async #follow(uri: vscode.Uri): Promise<void> {
    if (!isCasesFile(uri)) return;
    const present = this.#controller.items.get(idOf(uri));
    const isOpen = vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
    if (present === undefined && this.#discovery === null && !isOpen) return;
    const item = present ?? this.#add(uri);
    // The marks beside the lines of an open file are those of its cases.
    if (isOpen || item.children.size > 0 || item.error !== undefined) await this.#read(item);
  }

  #add(uri: vscode.Uri): vscode.TestItem {
    const item = this.#controller.createTestItem(idOf(uri), vscode.workspace.asRelativePath(uri), uri);
    item.canResolveChildren = true;
    this.#controller.items.add(item);
    return item;
  }

  /** Brings what is under a file up to date. What stays is the same item, and keeps its result. */
  async #read(item: vscode.TestItem): Promise<void> {
    const { uri } = item;
    if (uri === undefined || this.#controller.items.get(item.id) !== item) return;
    try {
      const text = await textOf(uri);
      const tree = caseTree(text, uri.fsPath);
      item.error = 'error' in tree ? tree.error : vscode.workspace.isTrusted ? undefined : untrustedWords();
      if ('functions' in tree) this.#fill(item, uri, text, tree.functions);
    } catch (error) {
      // Gone meanwhile, mostly: the watcher will say so.
      item.error = error instanceof Error ? error.message : String(error);
    }
  }

  #fill(file: vscode.TestItem, uri: vscode.Uri, text: string, functions: readonly FunctionBranch[]): void {
    const positionAt = positionsIn(text);
    const branches = functions.map(({ name, leaves }) => {
      const branch = file.children.get(name) ?? this.#controller.createTestItem(name, name, uri);
      const cases = leaves.map((leaf, order) => {
        const item = branch.children.get(leaf.id) ?? this.#controller.createTestItem(leaf.id, leaf.title, uri);
        const start = positionAt(leaf.case.range.offset);
        item.label = leaf.title;
        item.description = leaf.description;
        item.range = new vscode.Range(start, start);
        // As in the file, not by name.
        item.sortText = String(order).padStart(6, '0');
        this.#leaves.set(item, leaf);
        return item;
      });
      branch.children.replace(cases);
      return branch;
    });
    file.children.replace(branches);
  }

  #isListed(item: vscode.TestItem): boolean {
    const { parent } = item;
    if (parent === undefined) return this.#controller.items.get(item.id) === item;
    return parent.children.get(item.id) === item && this.#isListed(parent);
  }

  #casesUnder(item: vscode.TestItem, exclude: ReadonlySet<vscode.TestItem>): FoundCase[] {
    if (exclude.has(item)) return [];
    const leaf = this.#leaves.get(item);
    // One that was named may stand in its file no more.
    if (leaf !== undefined) return this.#isListed(item) && item.uri ? [{ item, file: item.uri.fsPath, leaf }] : [];
    return itemsOf(item.children).flatMap((child) => this.#casesUnder(child, exclude));
  }
}

function untrustedWords(): string {
  return vscode.l10n.t('This workspace is not trusted. Its cases run reward code, and can be run once you trust it.');
}

function isCasesFile({ scheme, fsPath }: vscode.Uri): boolean {
  return scheme === 'file' && fsPath.endsWith(CASES_EXTENSION);
}

function fileItemOf(item: vscode.TestItem): vscode.TestItem {
  return item.parent === undefined ? item : fileItemOf(item.parent);
}

function itemsOf(collection: vscode.TestItemCollection): vscode.TestItem[] {
  const items: vscode.TestItem[] = [];
  collection.forEach((item) => items.push(item));
  return items;
}

function idOf(uri: vscode.Uri): string {
  return uri.toString();
}

/** As it stands in its editor; on the disk where it is in none. */
async function textOf(uri: vscode.Uri): Promise<string> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  return open?.getText() ?? new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}

function positionsIn(text: string): (offset: number) => vscode.Position {
  return (offset) => {
    const before = text.slice(0, offset);
    return new vscode.Position(before.split('\n').length - 1, offset - (before.lastIndexOf('\n') + 1));
  };
}
