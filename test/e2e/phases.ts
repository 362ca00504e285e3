/** Experiments that spend nearly all their time in one phase, by what the Dashboard says in it. */
import type { ProjectOptions } from './project.ts';

export const PHASES: Readonly<Record<string, Omit<ProjectOptions, 'name'>>> = {
  sampling: { changes: { training: { problemsPerStep: 48 }, rollout: { groupSize: 512, maxCompletionLength: 32 } } },
  // Each within the limit of a call.
  scoring: {
    reward: `const pause = new Int32Array(new SharedArrayBuffer(4));
export const correct = () => (Atomics.wait(pause, 0, 0, 300), 0);
`,
  },
  updating: { changes: { training: { problemsPerStep: 48, microBatch: 1 }, rollout: { groupSize: 16 } } },
  evaluating: { changes: { evaluation: { every: 1, samples: 128, sampling: { temperature: 1 } } } },
};
