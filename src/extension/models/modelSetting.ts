/** The model that an experiment names, as it stands in the text. */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { isBuiltinModel } from '../../engine/protocol/builtinModels.ts';
import type { TextRange } from '../../engine/protocol/faultyFile.ts';
import { readHubModel } from '../../engine/protocol/hubModel.ts';

export interface ModelSetting {
  /** The value with its quotes. */
  readonly range: TextRange;
  readonly text: string;
  /** As `text`, where it names a model of the hub; null where it says nothing that is there. */
  readonly hubModel: string | null;
}

/** Of a text in any state of being written; null where its model is a folder that is there, or comes with the product. */
export function modelSetting(text: string, experimentPath: string): ModelSetting | null {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const node = root === undefined ? undefined : findNodeAtLocation(root, ['model']);
  const value: unknown = node?.value;
  if (node === undefined || typeof value !== 'string' || isBuiltinModel(value)) return null;
  if (value !== '' && existsSync(resolve(dirname(experimentPath), value))) return null;
  const range = { offset: node.offset, length: node.length };
  return { range, text: value, hubModel: readHubModel(value)?.text ?? null };
}
