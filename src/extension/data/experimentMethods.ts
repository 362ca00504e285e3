/** What experiments ask of runs: the next one of the same file, and one that begins where a run has come to. */
import { bestPolicy } from '../../engine/analysis/bestPolicy.ts';
import { sinceLastRun } from '../../engine/analysis/sinceLastRun.ts';
import { savedSteps } from '../../engine/run/checkpoints.ts';
import type { Readers } from './readers.ts';
import { partsOverrides } from '../../engine/protocol/plannedRuns.ts';

export const experimentMethods = {
  /** What an experiment says, as its text is now, that its last run did not. @throws UserError */
  sinceLastRun: (
    readers: Readers,
    { dir, text, path }: { readonly dir: string; readonly text: string; readonly path: string },
  ): string => sinceLastRun(readers.get(dir), text, path),

  /** What a run's random numbers were drawn by, and the parts of its data, as `seedOverrides` takes it. */
  seedsOf: (
    readers: Readers,
    { dir }: { readonly dir: string },
  ): { readonly seed: number; readonly parts: readonly string[] } => {
    const experiment = readers.get(dir).experiment();
    return { seed: experiment.seed, parts: partsOverrides(experiment) };
  },

  /** Steps of which the run has a checkpoint that can be used elsewhere, ascending, which is the best, and whether those are adapters. */
  checkpoints: (
    readers: Readers,
    { dir }: { readonly dir: string },
  ): { readonly steps: readonly number[]; readonly best: number | null; readonly adapters: boolean } => {
    const reader = readers.get(dir);
    return {
      steps: savedSteps(dir, 'checkpoints'),
      best: bestPolicy(reader)?.evaluation.step ?? null,
      adapters: !reader.experiment().full,
    };
  },
};
