/** What a grader process is run by. */
import { startChild, startPythonGrader, type ChildHandle } from '../process/startChild.ts';
import { makeWorkFolder } from '../process/workFolder.ts';
import { HEAP_LIMIT_MIB } from './graderLimits.ts';
import type { GraderPlace } from './graderPlace.ts';

export type GraderRuntime =
  | {
      readonly kind: 'node';
      /** Under the runtime's permission model, where it has one. */
      readonly confined: boolean;
    }
  | {
      readonly kind: 'python';
      /** Path of the interpreter. */
      readonly executable: string;
    };

export const CONFINED_NODE: GraderRuntime = { kind: 'node', confined: true };

/** Of the folders that graders work in, in the temporary folder of the system. */
const WORK_FOLDER_PREFIX = 'rlvr-grader-';

/** Starts a process in a temporary folder of its own, which goes with it. */
export function startGraderChild(runtime: GraderRuntime, { readable }: GraderPlace): ChildHandle {
  const folder = makeWorkFolder(WORK_FOLDER_PREFIX);
  if (runtime.kind === 'python') return startPythonGrader(runtime.executable, folder);
  return startChild('grader', {
    workFolder: folder,
    maxOldSpaceMiB: HEAP_LIMIT_MIB,
    ...(runtime.confined ? { permissions: { readable: [...readable, folder], writable: [folder] } } : {}),
  });
}
