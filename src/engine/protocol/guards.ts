/** The guards of a run: bounds on what its steps record, and what to do where they are passed. */
import { z } from 'zod';
import type { Metrics } from './metrics.ts';
import type { RunStatus } from './run.ts';

const inARow = (many: number) =>
  z
    .int()
    .min(1)
    .default(many)
    .describe('So many steps in a row; those in which the number is not known are passed over.');
const action = z
  .enum(['warn', 'stop'])
  .default('warn')
  .describe(
    '`warn` says so once; `stop` also ends the run after that step, which is kept with a checkpoint. A run that is resumed goes on.',
  );

export const guardsSchema = z.strictObject({
  gradNorm: z
    .strictObject({ above: z.number().positive(), inARow: inARow(1), action })
    .optional()
    .describe(
      'The gradient norm before clipping above a bound, in any of the optimiser steps of a step (`grad_norm`, or of several `grad_norm_max`); off unless given.',
    ),
  kl: z
    .strictObject({ above: z.number().positive(), inARow: inARow(1), action })
    .optional()
    .describe(
      'The divergence from the reference policy (`kl`) above a bound; off unless given, and needs `algorithm.beta`.',
    ),
  entropy: z
    .strictObject({ below: z.number().min(0).default(0.02), inARow: inARow(5), action })
    .prefault({})
    .describe(
      'The entropy of the policy in nats per token (`entropy`) below a bound: it has all but stopped to explore.',
    ),
  deadSteps: z
    .strictObject({ inARow: inARow(5), action })
    .prefault({})
    .describe(
      'Steps in which no completion had both an advantage and a place in the loss (`completions/learned_from_frac` is 0), so that nothing was learned.',
    ),
});

export type GuardsConfig = z.output<typeof guardsSchema>;
export type GuardName = keyof GuardsConfig;

/** A metric, 1 in a step after which a guard stopped the run and absent in all others. */
export const STOP_METRIC = 'guards/stop';

/** Whether a run is as a guard left it. @param lastMetrics of its newest step */
export function isStoppedByGuard(status: RunStatus, lastMetrics: Metrics): boolean {
  return status === 'failed' && lastMetrics[STOP_METRIC] === 1;
}
