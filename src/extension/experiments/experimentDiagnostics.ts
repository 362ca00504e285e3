/** Marks in an experiment, as it is written, what the engine would refuse or warn of. The same parser says so; nothing is run. */
import * as vscode from 'vscode';
import { experimentAdvice, experimentFaults } from '../../engine/protocol/experimentFile.ts';
import type { Disposable } from '../common/disposable.ts';
import { isExperiment } from './experimentDocuments.ts';

/** A pause in typing. */
const DELAY_MS = 250;

export class ExperimentDiagnostics implements Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('rlvr');
  readonly #waiting = new Map<vscode.TextDocument, NodeJS.Timeout>();
  readonly #disposable: vscode.Disposable;

  constructor() {
    this.#disposable = vscode.Disposable.from(
      this.#collection,
      vscode.workspace.onDidOpenTextDocument((document) => this.#check(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#checkSoon(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)),
    );
    for (const document of vscode.workspace.textDocuments) this.#check(document);
  }

  dispose(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#disposable.dispose();
  }

  #checkSoon(document: vscode.TextDocument): void {
    if (!isExperiment(document)) return;
    clearTimeout(this.#waiting.get(document));
    this.#waiting.set(
      document,
      setTimeout(() => this.#check(document), DELAY_MS),
    );
  }

  #check(document: vscode.TextDocument): void {
    this.#waiting.delete(document);
    if (isExperiment(document)) this.#collection.set(document.uri, diagnosticsOf(document));
  }

  #forget(document: vscode.TextDocument): void {
    clearTimeout(this.#waiting.get(document));
    this.#waiting.delete(document);
    this.#collection.delete(document.uri);
  }
}

function diagnosticsOf(document: vscode.TextDocument): vscode.Diagnostic[] {
  const { Error, Warning } = vscode.DiagnosticSeverity;
  const text = document.getText();
  return [
    ...experimentFaults(text, document.fileName).map((fault) => ({ fault, severity: Error })),
    ...experimentAdvice(text, document.fileName).map((fault) => ({ fault, severity: Warning })),
  ].flatMap(({ fault: { kind, place, message }, severity }) => {
    // Of the syntax the editor's own JSON support has told already.
    if (kind === 'syntax' || place.range === null) return [];
    const { offset, length } = place.range;
    const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
    const diagnostic = new vscode.Diagnostic(range, message, severity);
    diagnostic.source = 'RLVR';
    return [diagnostic];
  });
}
