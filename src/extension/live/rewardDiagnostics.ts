/** Marks in a reward file what real completions show of it. */
import * as vscode from 'vscode';
import type { Disposable } from '../common/disposable.ts';
import { findingsOf, type Finding } from './findings.ts';
import type { LiveScores } from './liveScores.ts';
import { rangeOf } from './places.ts';

export class RewardDiagnostics implements Disposable {
  readonly #live: LiveScores;
  readonly #collection = vscode.languages.createDiagnosticCollection('rlvr-scores');
  readonly #disposable: vscode.Disposable;
  /** Of the marks that are shown. */
  #findings: readonly Finding[] = [];

  constructor(live: LiveScores) {
    this.#live = live;
    this.#disposable = vscode.Disposable.from(
      this.#collection,
      live.onDidChange(() => this.#show()),
    );
  }

  /** What is found at a line; none where there is nothing. */
  at(line: number): readonly Finding[] {
    return this.#findings.filter(({ place }) => place.line <= line && line <= place.endLine);
  }

  dispose(): void {
    this.#disposable.dispose();
  }

  #show(): void {
    const { result } = this.#live;
    this.#findings = result === null ? [] : findingsOf(result);
    this.#collection.clear();
    if (result !== null) this.#collection.set(vscode.Uri.file(result.text.path), this.#findings.map(diagnosticOf));
  }
}

function diagnosticOf({ place, message, severity, kind }: Finding): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    rangeOf(place),
    message,
    severity === 'warning' ? vscode.DiagnosticSeverity.Warning : vscode.DiagnosticSeverity.Information,
  );
  diagnostic.source = 'RLVR';
  diagnostic.code = kind;
  return diagnostic;
}
