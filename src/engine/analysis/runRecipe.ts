/** What a run is one of: a seed of a recipe, a control. */
import { createHash } from 'node:crypto';
import type { ControlName } from '../protocol/experiment.ts';
import type { RunReader } from '../run/reader.ts';
import { recipeOf } from './compare/seedGroups.ts';

export interface RunRecipe {
  /** The same for runs that differ in nothing but their seed: a hash of what they are. */
  readonly recipe: string;
  readonly seed: number;
  /** null for the experiment itself. */
  readonly control: ControlName | null;
}

/** @throws UserError where the run cannot be read */
export function runRecipe(reader: RunReader): RunRecipe {
  const recipe = createHash('sha256').update(recipeOf(reader)).digest('hex');
  return { recipe, seed: reader.manifest.seed, control: reader.experiment().control ?? null };
}
