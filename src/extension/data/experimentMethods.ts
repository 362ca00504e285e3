/** What experiments ask of runs: the next one of the same file, and one that begins where a run has come to. */
import { sinceLastRun } from '../../engine/analysis/sinceLastRun.ts';
import { savedSteps } from '../../engine/run/checkpoints.ts';
import type { Readers } from './readers.ts';

export const experimentMethods = {
  /** What an experiment says, as its text is now, that its last run did not. @throws UserError */
  sinceLastRun: (
    readers: Readers,
    { dir, text, path }: { readonly dir: string; readonly text: string; readonly path: string },
  ): string => sinceLastRun(readers.get(dir), text, path),

  /** What a run's random numbers and the parts of its data were drawn by. */
  seedsOf: (
    readers: Readers,
    { dir }: { readonly dir: string },
  ): { readonly seed: number; readonly splitSeed: number } => {
    const { seed, dataset } = readers.get(dir).experiment();
    return { seed, splitSeed: dataset.splitSeed ?? seed };
  },

  /** Steps of which the run has a checkpoint that can be used elsewhere, ascending, and whether those are adapters. */
  checkpoints: (
    readers: Readers,
    { dir }: { readonly dir: string },
  ): { readonly steps: readonly number[]; readonly adapters: boolean } => ({
    steps: savedSteps(dir, 'checkpoints'),
    adapters: !readers.get(dir).experiment().full,
  }),
};
