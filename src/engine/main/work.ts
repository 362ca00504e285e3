/** The work of an engine, by the job it was started with. */
import type { Job } from '../protocol/link.ts';
import { resumeRun, trainExperiment } from '../trainer/engine.ts';
import type { EngineContext, Outcome } from '../trainer/engineContext.ts';
import { evaluatePath } from '../trainer/evaluatePath.ts';

/** Resolves when the job is done or the signal has ended it. */
export function work(job: Job, context: EngineContext): Promise<Outcome> {
  switch (job.kind) {
    case 'train':
      return trainExperiment(job, context);
    case 'resume':
      return resumeRun(job.runDir, context);
    case 'evaluate':
      return evaluatePath(job, context);
    case 'serve':
      return new Promise((resolve) => {
        // Being told to end is how this work is done.
        context.signal.addEventListener('abort', () => resolve('finished'), { once: true });
      });
  }
}
