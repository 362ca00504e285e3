/** The runs of a soak: the demo, trained whole and through an adapter, with everything that a crash could leave half done. */
import { join } from 'node:path';
import type { Job } from '../../src/engine/protocol/link.ts';
import type { Room } from './room.ts';

export interface Recipe {
  readonly name: string;
  job(room: Pick<Room, 'project'>, runsDir: string): Extract<Job, { kind: 'train' }>;
}

/** The best policy is looked for anew when a reward was swapped, so which checkpoint is kept as the best depends on when that was. */
const BOTH = ['checkpoint.best=false', 'evaluation.every=10'];
/** A run is computed again from its last checkpoint when all weights are trained, so there are many. */
const WHOLE = [...BOTH, 'checkpoint.every=5'];
const ADAPTER = [...BOTH, 'checkpoint.every=10', 'full=false', 'lora={"rank":8,"dropout":0.1}'];

/** @param steps of each run */
export function recipes(steps: number): readonly Recipe[] {
  return [recipe('all weights', WHOLE, steps), recipe('an adapter', ADAPTER, steps)];
}

function recipe(name: string, overrides: readonly string[], steps: number): Recipe {
  return {
    name,
    job: ({ project }, runsDir) => ({
      kind: 'train',
      experimentPath: join(project, 'demo.rlvr.json'),
      overrides: [...overrides, `training.steps=${steps}`],
      runsDir,
    }),
  };
}
