/** Where a value stands in the text of an experiment, or where it would. */
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { TextRange } from '../../engine/protocol/faultyFile.ts';

export interface SettingPlace {
  /** The key with its value; of a value that the file leaves out, the nearest object above it. */
  readonly range: TextRange;
  /** Whether the file has the value itself. */
  readonly isSet: boolean;
}

/** @param path keys and indices from the root */
export function settingPlace(text: string, path: readonly (string | number)[]): SettingPlace {
  const root = parseTree(text, [], { allowTrailingComma: true });
  for (let length = path.length; root !== undefined && length > 0; length--) {
    const value = findNodeAtLocation(root, path.slice(0, length));
    // The parent of a value is its property, with the key; of an element its array.
    const node = value?.parent?.type === 'property' ? value.parent : value;
    if (node === undefined) continue;
    const isSet = length === path.length;
    // Of a long object the key is enough.
    const range = isSet || node.type !== 'property' ? node : (node.children?.[0] ?? node);
    return { range: { offset: range.offset, length: range.length }, isSet };
  }
  return { range: { offset: root?.offset ?? 0, length: 0 }, isSet: false };
}
