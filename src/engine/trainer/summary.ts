/** The end of a run: the test split, and what changed between the first evaluation and the last. */
import type { EngineEvent } from '../protocol/events.ts';
import { runOutcome } from '../analysis/runOutcome.ts';
import { RunReader } from '../run/reader.ts';
import { evaluate } from './evaluate.ts';
import { recordLateEvaluation } from './record.ts';
import type { RunContext } from './runContext.ts';

/** Evaluates the test part, once, where the experiment names one. */
export async function finalTest(run: RunContext): Promise<void> {
  const { writer, emit } = run;
  const evaluation = await evaluate(run, writer.lastStep ?? 0, 'test');
  if (evaluation === null) return;
  recordLateEvaluation(writer, evaluation);
  emit({ event: 'eval', ...evaluation.summary });
}

/** Before against after on the same validation problems, with the paired interval. */
export function summarize(runDir: string): Extract<EngineEvent, { event: 'done' }> {
  const reader = RunReader.open(runDir);
  try {
    return { event: 'done', runDir, steps: reader.state().lastStep ?? 0, ...runOutcome(reader) };
  } finally {
    reader.close();
  }
}

/** Tokens processed up to the end of a step, as its metrics say. */
export function tokensAfter(runDir: string, step: number): number {
  const reader = RunReader.open(runDir);
  try {
    return reader.metrics(step)['num_tokens'] ?? 0;
  } finally {
    reader.close();
  }
}
