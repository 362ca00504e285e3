/** Weights of tasks where a trainer draws problems evenly: by how often each stands in the data. */
import type { Task } from '../protocol/tasks.ts';

export interface Copy<Item> {
  readonly item: Item;
  /** How often it stands in the data before. */
  readonly copy: number;
}

/**
 * Each at least once, and all of a task together as often as its weight asks; in the order of the tasks. As they are where there is one.
 * @param taskOf the name of an item's
 */
export function repeatedByWeight<Item>(
  items: readonly Item[],
  tasks: readonly Pick<Task, 'name' | 'weight'>[],
  taskOf: (item: Item) => string | null,
): Copy<Item>[] {
  if (tasks.length < 2) return items.map((item) => ({ item, copy: 0 }));
  const byTask = tasks.map(({ name, weight }) => ({ weight, own: items.filter((item) => taskOf(item) === name) }));
  const scale = Math.max(...byTask.map(({ weight, own }) => own.length / weight));
  return byTask.flatMap(({ weight, own }) => (own.length === 0 ? [] : cycled(own, Math.round(weight * scale))));
}

/** The first `length` of them again and again. */
function cycled<Item>(items: readonly Item[], length: number): Copy<Item>[] {
  return Array.from({ length: Math.ceil(length / items.length) }, (_, copy) =>
    items.slice(0, length - copy * items.length).map((item) => ({ item, copy })),
  ).flat();
}
