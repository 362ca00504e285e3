/** What comes before a step: a pause, an order to stop, other rewards. */
import type { RunContext } from './runContext.ts';

/** Rejects when the signal has aborted. */
export async function beginStep(run: RunContext, step: number): Promise<void> {
  await run.beforeStep?.();
  run.signal.throwIfAborted();
  const otherRewards = await run.scorer.beginStep(step);
  if (otherRewards) run.failures.forget();
}
