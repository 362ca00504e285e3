/** The end of a run: the test split, and what changed between the first evaluation and the last. */
import type { EngineEvent, EvaluationSummary } from '../protocol/events.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { rewardValue } from '../grpo/rewardValues.ts';
import { RunReader } from '../run/reader.ts';
import { evaluate, improvement } from './evaluate.ts';
import { recordLateEvaluation } from './record.ts';
import { solvedBy, type RunContext } from './runContext.ts';

/** Evaluates the test part, once, where the experiment names one. */
export async function finalTest(run: RunContext): Promise<void> {
  const { writer, emit } = run;
  const evaluation = await evaluate(run, writer.lastStep ?? 0, 'test');
  if (evaluation === null) return;
  recordLateEvaluation(writer, evaluation);
  emit({ event: 'eval', ...evaluation.summary });
}

/** Before against after on the same validation problems, with the paired interval. */
export function summarize(runDir: string, experiment: Experiment): Extract<EngineEvent, { event: 'done' }> {
  const reader = RunReader.open(runDir);
  try {
    const evaluations = reader.evaluations().filter(({ split }) => split === 'validation');
    const before = evaluations.find(({ step }) => step === 0) ?? null;
    const last = evaluations.at(-1);
    const after = last && last.step > 0 ? last : null;
    const steps = reader.state().lastStep ?? 0;
    const shares = (of: EvaluationSummary): Map<number, number> => solvedShares(reader, of.step, solvedBy(experiment));
    const interval = before && after ? improvement(shares(before), shares(after), experiment.seed) : null;
    return { event: 'done', runDir, steps, before, after, interval };
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

/** The share of solved samples by problem, of the validation completions of a step. */
function solvedShares(reader: RunReader, step: number, reward: string): Map<number, number> {
  const counts = new Map<number, { solved: number; samples: number }>();
  for (const { purpose, split, key, rewards } of reader.completionsOfStep(step)) {
    if (purpose !== 'evaluation' || split !== 'validation') continue;
    const count = counts.get(key.problem) ?? { solved: 0, samples: 0 };
    counts.set(key.problem, {
      solved: count.solved + Number(rewardValue(rewards[reward]) === 1),
      samples: count.samples + 1,
    });
  }
  return new Map(Array.from(counts, ([problem, { solved, samples }]) => [problem, solved / samples]));
}
