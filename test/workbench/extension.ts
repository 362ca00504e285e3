/** How the extension gets into a workbench: installed as users have it, or run from this repository. */
import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';
import type { Editor } from './install.ts';

export const repository = path.resolve(import.meta.dirname, '../..');

export type ExtensionUnderTest = { readonly vsix: string } | { readonly developmentPath: string };

/** `RLVR_EXTENSION` is a `.vsix`, a folder with one, or a folder to run the extension from; without it that is this repository. */
export function extensionUnderTest(): ExtensionUnderTest {
  const extension = path.resolve(process.env['RLVR_EXTENSION'] ?? repository);
  if (extension.endsWith('.vsix')) return { vsix: extension };
  const [packaged] = globSync(`*-${process.platform}-${process.arch}.vsix`, { cwd: extension });
  return packaged === undefined ? { developmentPath: extension } : { vsix: path.join(extension, packaged) };
}

export function installExtension(
  editor: Editor,
  vsix: string,
  { dataDir, extensionsDir }: { readonly dataDir: string; readonly extensionsDir: string },
): void {
  const folders = ['--server-data-dir', dataDir, '--extensions-dir', extensionsDir];
  const args = [editor.serverScript, ...folders, '--accept-server-license-terms', '--install-extension', vsix];
  execFileSync(editor.node, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
