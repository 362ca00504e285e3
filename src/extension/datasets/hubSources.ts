/** Which datasets of the Hugging Face hub an experiment names. */
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { isHubSource } from '../../engine/protocol/hubSource.ts';

/** Of a text in any state of being written. */
export function hubSourcesIn(text: string): string[] {
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (root === undefined) return [];
  return ['source', 'validation', 'test'].flatMap((key) => {
    const value: unknown = findNodeAtLocation(root, ['dataset', key])?.value;
    return typeof value === 'string' && isHubSource(value) ? [value] : [];
  });
}
