/** Makes what an experiment names a link: the data, the reward and its function, the model's configuration. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Disposable } from '../common/disposable.ts';
import { EXPERIMENT_SELECTOR } from './experimentDocuments.ts';
import { experimentLinks, lineOfExport, type ExperimentLink } from './experimentLinks.ts';

class Link extends vscode.DocumentLink {
  readonly found: ExperimentLink;

  constructor(document: vscode.TextDocument, found: ExperimentLink) {
    const { offset, length } = found.range;
    super(new vscode.Range(document.positionAt(offset), document.positionAt(offset + length)));
    this.found = found;
    this.tooltip = tooltipOf(found.kind);
  }
}

class ExperimentLinkProvider implements vscode.DocumentLinkProvider<Link> {
  readonly #productDir: string;

  constructor(productDir: string) {
    this.#productDir = productDir;
  }

  provideDocumentLinks(document: vscode.TextDocument): Link[] {
    const found = experimentLinks(document.getText(), document.uri.fsPath, this.#productDir);
    // A model may be one of the Hugging Face hub, and no folder.
    const here = found.filter(({ kind, file }) => kind !== 'model' || existsSync(file));
    return here.map((link) => new Link(document, link));
  }

  async resolveDocumentLink(link: Link): Promise<Link> {
    link.target = await targetOf(link.found);
    return link;
  }
}

/** @param productDir where built-in models are */
export function registerExperimentLinks(productDir: string): Disposable {
  return vscode.languages.registerDocumentLinkProvider(EXPERIMENT_SELECTOR, new ExperimentLinkProvider(productDir));
}

async function targetOf({ file, function: name }: ExperimentLink): Promise<vscode.Uri> {
  const uri = vscode.Uri.file(file);
  const source = name === null ? '' : await readFile(file, 'utf8').catch(() => '');
  const line = name === null ? null : lineOfExport(source, name);
  return line === null ? uri : uri.with({ fragment: `L${line + 1}` });
}

function tooltipOf(kind: ExperimentLink['kind']): string {
  switch (kind) {
    case 'model':
      return vscode.l10n.t("Open the model's configuration");
    case 'adapter':
      return vscode.l10n.t("Open the adapter's configuration");
    case 'dataset':
      return vscode.l10n.t('Open the problems');
    case 'reward':
      return vscode.l10n.t('Open the reward file');
    case 'function':
      return vscode.l10n.t('Go to the reward function');
  }
}
