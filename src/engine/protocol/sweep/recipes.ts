/** From what a sweep varies to its recipes: a grid is every combination, a list one after another, both every combination of the two. */
import { UserError } from '../errors.ts';
import { parsePath } from '../experimentOverrides.ts';

/** Values by path in the experiment, `optimizer.learningRate`; null takes an entry out. */
export type Assigned = Readonly<Record<string, unknown>>;

/** What a sweep varies. */
export interface Variation {
  /** Values by path, each with every one of the others. */
  readonly grid: Readonly<Record<string, readonly unknown[]>>;
  /** Several paths at once, one entry for each alternative. */
  readonly list: readonly Assigned[];
}

/** What is set for each recipe, in order: the last path of the grid changes fastest, behind the list. */
export function recipesOf({ grid, list }: Variation): Assigned[] {
  const alternatives: readonly Assigned[] = list.length === 0 ? [{}] : list;
  return Object.entries(grid).reduce<Assigned[]>(
    (recipes, [path, values]) => recipes.flatMap((recipe) => values.map((value) => ({ ...recipe, [path]: value }))),
    [...alternatives],
  );
}

/** How many recipes that makes, which need not be made to be counted. */
export function countRecipes({ grid, list }: Variation): number {
  return Object.values(grid).reduce((product, values) => product * values.length, Math.max(1, list.length));
}

/** The paths that are varied, each once, in the order in which they are named. */
export function variedPaths({ grid, list }: Variation): string[] {
  return [...new Set([...list.flatMap((assigned) => Object.keys(assigned)), ...Object.keys(grid)])];
}

/** A recipe as `--set` takes it. */
export function overridesOf(assigned: Assigned): string[] {
  return Object.entries(assigned).map(([path, value]) => `${path}=${JSON.stringify(value)}`);
}

/**
 * Each entry is set once for a recipe: by the grid or by the list, as itself or within its section.
 * @throws UserError naming the two paths that are in each other's way, or what is no path
 */
export function checkPaths({ grid, list }: Variation): void {
  const ofGrid = Object.keys(grid);
  // Alternatives may name the same paths, and a whole section where another names an entry of it.
  const together = list.length === 0 ? [ofGrid] : list.map((assigned) => [...Object.keys(assigned), ...ofGrid]);
  for (const paths of together) {
    const parsed = paths.map(readPath);
    for (const [index, one] of parsed.entries()) {
      const at = parsed.findIndex((other, otherIndex) => otherIndex !== index && startsWith(one, other));
      if (at < 0) continue;
      const [path, other] = [paths[index] ?? '', paths[at] ?? ''];
      throw new UserError(
        path === other
          ? `${path} is varied in the grid and in the list; keep it in one of them.`
          : `${path} and ${other} would be set in one run, and one is within the other; keep one of them.`,
      );
    }
  }
}

function readPath(text: string): readonly string[] {
  const path = parsePath(text);
  if (path === null)
    throw new UserError(`"${text}" is no path in an experiment; one is written like optimizer.learningRate.`);
  return path.map(String);
}

function startsWith(path: readonly string[], prefix: readonly string[]): boolean {
  return prefix.length <= path.length && prefix.every((key, index) => key === path[index]);
}
