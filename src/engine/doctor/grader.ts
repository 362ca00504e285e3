/** Checks how reward functions run on this machine. */
import type { GrantedPermissions } from '../protocol/grader.ts';
import type { MachineCheck } from '../protocol/link.ts';
import { fail, ok, reasonOf, warn } from './check.ts';

const NAME = 'grader';
const TRUST = 'No sandbox: run only rewards that you trust';

/** Starts a grader process as a run would and has it score one completion with a built-in reward. */
export async function graderCheck(cwd: string): Promise<MachineCheck> {
  try {
    const { MEMORY_LIMIT_BYTES } = await import('../reward/graderLimits.ts');
    const limits = `a time limit per completion, ${MEMORY_LIMIT_BYTES / 2 ** 30} GiB of memory, no secrets in its environment`;
    return confinementCheck(`rewards run in a process of their own: ${limits}`, await tryGrader(cwd));
  } catch (error) {
    const advice = 'Reward functions cannot run here. Check that programs may start processes, and the line above.';
    return fail(NAME, reasonOf(error), advice);
  }
}

/** @param running how rewards run, in words @param granted what their process may do, as it said itself */
export function confinementCheck(running: string, granted: GrantedPermissions): MachineCheck {
  const { readsEverything, writesEverything, childProcesses, addons, wasi, inspector, network } = granted;
  const open = [
    readsEverything ? 'read all your files' : null,
    writesEverything ? 'write all your files' : null,
    childProcesses ? 'start programs' : null,
    addons ? 'load native modules' : null,
    wasi ? 'use WASI' : null,
    inspector ? 'open a debugger' : null,
  ].filter((right) => right !== null);
  if (open.length > 0) {
    const advice = `Have another Node run the engine (setting "rlvr.engine.node"), 22.16 or 24 and later from nodejs.org. ${TRUST}.`;
    return warn(NAME, `${running}, which may ${open.join(', ')}: Node's permission model is not in force`, advice);
  }
  const connections = network ? '; it may open connections' : '';
  return ok(
    NAME,
    `${running}, reading only the project and writing only its temporary folder, no programs${connections}. ${TRUST}`,
  );
}

async function tryGrader(cwd: string): Promise<GrantedPermissions> {
  const { startGrader } = await import('../reward/graderClient.ts');
  const reward = {
    name: 'trial',
    module: null,
    function: 'finalNumber',
    per: 'completion',
    options: {},
    timeoutMs: 2000,
  } as const;
  const options = { place: { folder: cwd, readable: [] }, onWarning: () => {} };
  const grader = await startGrader({ kind: 'setup', folder: cwd, rewards: [reward] }, options);
  try {
    const [result] = await grader.score({ reward: 'trial', items: [{ completion: 'It is 2.', answer: '2' }] });
    if (result === undefined || 'error' in result) throw new Error(result?.error.message ?? 'it gave no result');
    return grader.granted;
  } finally {
    await grader.close();
  }
}
