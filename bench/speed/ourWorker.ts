/** The command of our worker. */
import { join } from 'node:path';
import type { WorkerOptions } from './options.ts';
import type { WorkerCommand } from './workerProcess.ts';

/** The pieces of work that `worker.ts` does. */
export type WorkName = 'machine' | 'decode' | 'rollout' | 'train' | 'step';

export function ourWorker(work: WorkName, assets: string, options: WorkerOptions): WorkerCommand {
  const door = join(import.meta.dirname, 'worker.ts');
  return {
    program: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', door, work, assets, JSON.stringify(options)],
    environment: {},
  };
}
