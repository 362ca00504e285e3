/** One run of several. */
import { existsSync, readFileSync } from 'node:fs';
import { UserError } from '../protocol/errors.ts';
import type { TrainOptions } from '../trainer/engine.ts';
import type { EngineContext } from '../trainer/engineContext.ts';
import type { CommandIO } from './command.ts';
import { followRun, type FollowOptions } from './follow.ts';

/**
 * Trains a run to its exit code.
 * @param onStarted told the run's folder as soon as there is one, and once, however often the run goes on by itself
 * @throws whatever the run fails with
 */
export async function startRun(
  io: CommandIO,
  follow: FollowOptions,
  options: TrainOptions,
  onStarted: (runDir: string) => void,
): Promise<number> {
  const [{ trainExperiment }, { casesBeforeTraining }] = await Promise.all([
    import('../trainer/engine.ts'),
    import('./score/beforeTraining.ts'),
  ]);
  let told = false;
  return followRun(io, follow, async (context) => {
    const noted: EngineContext = {
      ...context,
      emit: (event) => {
        if (event.event === 'started' && !told) {
          told = true;
          onStarted(event.runDir);
        }
        context.emit(event);
      },
    };
    for (const message of await casesBeforeTraining(options, io)) context.emit({ event: 'warning', message });
    return trainExperiment(options, noted);
  });
}

/**
 * @param remedy how the rest is trained all the same
 * @throws UserError where the file of several runs was edited since the first of them
 */
export function requireUnchanged(path: string, text: string, remedy: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  throw new UserError(`${path} changed while its runs were trained: the rest would be of another recipe. ${remedy}`);
}
