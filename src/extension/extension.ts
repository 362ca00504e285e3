/** The extension: activation wires its parts together and does nothing else. */
import type * as vscode from 'vscode';

export function activate(_context: vscode.ExtensionContext): void {}
