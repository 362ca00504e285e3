/** Which datasets of the Hugging Face hub an experiment names. */
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { isHubSource } from '../../engine/protocol/hubSource.ts';
import { datasetPlaces } from '../experiments/datasetPlaces.ts';

/** Of a text in any state of being written, of all its tasks. */
export function hubSourcesIn(text: string): string[] {
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (root === undefined) return [];
  return datasetPlaces(root).flatMap(({ path }) =>
    ['source', 'validation', 'test'].flatMap((key) => {
      const value: unknown = findNodeAtLocation(root, [...path, key])?.value;
      return typeof value === 'string' && isHubSource(value) ? [value] : [];
    }),
  );
}
