/** Whether the engine can work on this machine, and what it can use there: for the terminal and for the editor. */
import type { MachineCheck } from '../protocol/link.ts';
import { runtimeChecks, sqliteCheck } from './engine.ts';
import { graderCheck } from './grader.ts';
import { coresCheck, diskCheck, memoryCheck, nodeCheck } from './machine.ts';
import { pythonCheck } from './python.ts';
import { rayCheck } from './ray.ts';

export interface Places {
  /** Where processes are tried. */
  readonly cwd: string;
  /** Where runs are written; it need not exist yet. */
  readonly runsDir: string;
}

/** One finding after the other, the quick ones first. */
export async function* machineChecks({ cwd, runsDir }: Places): AsyncGenerator<MachineCheck> {
  yield nodeCheck(process.versions.node);
  yield coresCheck();
  yield memoryCheck(process.availableMemory());
  yield diskCheck(runsDir);
  yield await sqliteCheck();
  yield* await runtimeChecks();
  yield await graderCheck(cwd);
  yield await pythonCheck(cwd);
  yield await rayCheck(cwd);
}
