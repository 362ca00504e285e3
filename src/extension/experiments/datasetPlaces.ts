/** Where an experiment has its datasets. */
import { findNodeAtLocation, type Node } from 'jsonc-parser';

export interface DatasetPlace {
  /** null for the dataset of an experiment without tasks. */
  readonly task: string | null;
  /** Keys from the root. */
  readonly path: readonly string[];
}

/** In the order of the file; those of a text in any state of being written. @param root of the experiment */
export function datasetPlaces(root: Node): DatasetPlace[] {
  const tasks = findNodeAtLocation(root, ['tasks']);
  const names =
    tasks?.type === 'object' ? (tasks.children ?? []).map(({ children }) => children?.[0]?.value as unknown) : [];
  const places: DatasetPlace[] = [
    { task: null, path: ['dataset'] },
    ...names.flatMap((task) => (typeof task === 'string' ? [{ task, path: ['tasks', task, 'dataset'] }] : [])),
  ];
  return places.filter(({ path }) => findNodeAtLocation(root, [...path]) !== undefined);
}
