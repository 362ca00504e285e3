/** Benchmarks side by side: several workers that take turns, so that a machine that slows down slows all of them. */
import { WorkerProcess, type Round, type WorkerCommand } from './workerProcess.ts';

/** @returns for each command its rounds; one worker works at a time */
export async function interleaved(commands: readonly WorkerCommand[], rounds: number): Promise<Round[][]> {
  const workers: WorkerProcess[] = [];
  try {
    for (const command of commands) workers.push(await WorkerProcess.open(command));
    const results: Round[][] = workers.map(() => []);
    for (let round = 0; round < rounds; round++)
      for (const [index, worker] of workers.entries()) results[index]?.push(await worker.round());
    return results;
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }
}
