/** The supervised warm start: an ordinary run of the engine on the demonstrations. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OPTIMIZER_FILE } from '../../src/engine/compute/openPolicy.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import type { EngineEvent } from '../../src/engine/protocol/events.ts';
import type { ExperimentInput } from '../../src/engine/protocol/experiment.ts';
import { savedFolder } from '../../src/engine/run/layout.ts';
import { trainExperiment } from '../../src/engine/trainer/engine.ts';

const STEPS = 600;
const ROWS_PER_STEP = 64;
/** Every demonstration is seen once. */
export const DEMONSTRATIONS = STEPS * ROWS_PER_STEP;

export interface WarmStart {
  /** Absolute paths: the untrained model, the demonstrations, the problems to measure on, the reward file. */
  readonly model: string;
  readonly demonstrations: string;
  readonly heldout: string;
  readonly rewardFile: string;
  readonly seed: number;
}

function experimentOf({ model, demonstrations, heldout, rewardFile, seed }: WarmStart): ExperimentInput {
  return {
    model,
    full: true,
    method: 'sft',
    dataset: { source: demonstrations, validation: heldout },
    rewards: [{ file: rewardFile, function: 'correct' }],
    training: { steps: STEPS, problemsPerStep: ROWS_PER_STEP, microBatch: 32 },
    rollout: { maxCompletionLength: 16 },
    optimizer: {
      learningRate: 3e-3,
      schedule: 'cosine',
      warmupSteps: 50,
      finalFraction: 0.1,
      beta1: 0.9,
      beta2: 0.95,
      weightDecay: 0.01,
      maxGradNorm: 1,
    },
    evaluation: { every: 100 },
    checkpoint: { every: STEPS },
    seed,
    device: 'cpu',
    threads: 1,
  };
}

/**
 * Trains in `workDir`, which is the caller's to remove, and copies the trained model to `folder`.
 * @throws UserError where the run is stopped
 */
export async function trainWarmStart(warmStart: WarmStart, workDir: string, folder: string): Promise<void> {
  await mkdir(workDir, { recursive: true });
  const experimentPath = join(workDir, 'warmStart.rlvr.json');
  await writeFile(experimentPath, JSON.stringify(experimentOf(warmStart)));
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  let runDir = '';
  const emit = (event: EngineEvent): void => {
    if (event.event === 'started') runDir = event.runDir;
    if (event.event === 'warning') console.error(event.message);
    if (event.event === 'eval')
      console.log(`step ${event.step}: ${event.correct} of ${event.problems} held-out problems solved`);
  };
  const options = { experimentPath, overrides: [], runsDir: join(workDir, 'runs') };
  const outcome = await trainExperiment(options, { emit, signal: stop.signal });
  if (outcome === 'stopped') throw new UserError('Stopped; the demo model is as it was.');
  const checkpoint = join(runDir, savedFolder('checkpoints', STEPS));
  await cp(checkpoint, folder, { recursive: true, filter: (path) => !path.endsWith(OPTIMIZER_FILE) });
}
