/** `rlvr.d.ts`, which lies beside reward files: what `src/library/rlvr.ts` exports, declared as a module `rlvr`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'prettier';
import ts from 'typescript';

const LIBRARY = path.resolve(import.meta.dirname, '../src/library');

/** A project may have it in several folders, and TypeScript calls what is declared twice an error; hence not checked. */
const HEADER = `/* eslint-disable */
// @ts-nocheck
// Written by RLVR-Ops beside reward files, and again when it is out of date. A reward file finds it by its first line:
// /// <reference path="./rlvr.d.ts" />
`;

/** The text of the file. */
export async function rewardDeclarations(): Promise<string> {
  const exported = [...readFileSync(path.join(LIBRARY, 'rlvr.ts'), 'utf8').matchAll(/^export .*\* from '(.*)';$/gm)];
  const body = exported.map(([, file = '']) => declarationsOf(path.join(LIBRARY, file))).join('\n');
  return format(`${HEADER}declare module 'rlvr' {\n${body}\n}\n`, {
    parser: 'typescript',
    printWidth: 120,
    singleQuote: true,
    trailingComma: 'all',
  });
}

/** What a file exports, without its imports, which no declaration of ours needs. */
function declarationsOf(file: string): string {
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(readFileSync(file, 'utf8'), {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: { isolatedDeclarations: true, target: ts.ScriptTarget.ES2023 },
  });
  const [problem] = diagnostics;
  if (problem !== undefined) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(problem.messageText, '\n')}`);
  return outputText
    .replaceAll(/^import .*\n/gm, '')
    .replaceAll(/^export declare /gm, 'export ')
    .replaceAll(/^(?:\/\*\*|(?<!\*\/\n)export )/gm, '\n$&');
}
