/** `rlvr.d.ts`, which lies beside reward files: the engine's own types of rewards as a module `rlvr`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const TYPES = path.resolve(import.meta.dirname, '../src/engine/reward/types.ts');

/** A project may have it in several folders, and TypeScript calls what is declared twice an error; hence not checked. */
const HEADER = `/* eslint-disable */
// @ts-nocheck
// Written by RLVR-Ops beside reward files, and again when it is out of date. A reward file finds it by its first line:
// /// <reference path="./rlvr.d.ts" />
`;

/** The text of the file. */
export function rewardDeclarations(): string {
  const body = readFileSync(TYPES, 'utf8')
    .trim()
    .replaceAll(/^(?=.)/gm, '  ');
  return `${HEADER}declare module 'rlvr' {\n${body}\n}\n`;
}
