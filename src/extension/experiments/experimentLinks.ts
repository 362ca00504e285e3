/** What an experiment file names: its model, its data, its reward functions, each with where it stands in the text. */
import { dirname, join, resolve } from 'node:path';
import { findNodeAtLocation, parseTree, type Node } from 'jsonc-parser';
import { builtinModelProblem, modelFolderOf } from '../../engine/protocol/builtinModels.ts';
import type { TextRange } from '../../engine/protocol/faultyFile.ts';
import { isFewShotSet } from '../../engine/protocol/fewShotSets.ts';
import { isHubSource } from '../../engine/protocol/hubSource.ts';
import { datasetPlaces } from './datasetPlaces.ts';

export interface ExperimentLink {
  readonly kind: 'model' | 'adapter' | 'dataset' | 'reward' | 'function';
  /** The words between the quotes. */
  readonly range: TextRange;
  /** The file to open, absolute; of a model or an adapter its configuration. */
  readonly file: string;
  /** The exported function to find in it; null for the beginning. */
  readonly function: string | null;
}

/** Links of a text, in any state of being written. */
export function experimentLinks(text: string, experimentPath: string, productDir: string): ExperimentLink[] {
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (root === undefined) return [];
  const folder = dirname(experimentPath);
  const links: ExperimentLink[] = [];
  const add = (kind: ExperimentLink['kind'], path: (string | number)[], fileOf: (value: string) => string): void => {
    const node = findNodeAtLocation(root, path);
    const value = textOf(node);
    // A dataset of the Hugging Face hub is no file beside the experiment.
    if (node === undefined || value === '' || (kind === 'dataset' && isHubSource(value))) return;
    const range = { offset: node.offset + 1, length: node.length - 2 };
    links.push({ kind, range, file: fileOf(value), function: kind === 'function' ? value : null });
  };
  const beside = (value: string): string => resolve(folder, value);

  if (builtinModelProblem(textOf(findNodeAtLocation(root, ['model']))) === null)
    add('model', ['model'], (value) => join(modelFolderOf(value, folder, productDir), 'config.json'));
  add('adapter', ['lora', 'from'], (value) => join(beside(value), 'adapter_config.json'));
  for (const { path } of datasetPlaces(root)) {
    for (const key of ['source', 'validation', 'test']) add('dataset', [...path, key], beside);
    if (!isFewShotSet(textOf(findNodeAtLocation(root, [...path, 'fewShot']))))
      add('dataset', [...path, 'fewShot'], beside);
  }
  const rewards = findNodeAtLocation(root, ['rewards'])?.children ?? [];
  for (const index of rewards.keys()) {
    const file = textOf(findNodeAtLocation(root, ['rewards', index, 'file']));
    if (file === '') continue;
    add('reward', ['rewards', index, 'file'], beside);
    add('function', ['rewards', index, 'function'], () => beside(file));
  }
  return links;
}

/** Empty where there is no text. */
function textOf(node: Node | undefined): string {
  const value: unknown = node?.value;
  return typeof value === 'string' ? value : '';
}

/** The line from 0 in which a module exports a function; null where its text does not say so in a usual way. */
export function lineOfExport(source: string, name: string): number | null {
  const escaped = name.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
  const declared = new RegExp(
    `^export\\s+(?:async\\s+)?(?:const|let|var|function\\s*\\*?)\\s+${escaped}(?![\\w$])`,
    'm',
  );
  const local = new RegExp(`^(?:async\\s+)?(?:const|let|var|function\\s*\\*?)\\s+${escaped}(?![\\w$])`, 'm');
  const found = declared.exec(source) ?? local.exec(source);
  return found === null ? null : source.slice(0, found.index).split('\n').length - 1;
}
