/** Runs code that a model wrote with its tests, in a process of its own, and says how that ended. */
import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { UserError } from '../../protocol/errors.ts';
import type { TestsQuestion, TestsVerdict } from '../../protocol/services.ts';
import { runConfined, type ConfinedEnd, type ConfinedProgram } from '../../process/confinedProgram.ts';
import { permissionArguments } from '../../process/permissions.ts';
import { findPython } from '../../process/python.ts';
import { makeWorkFolder, removeWorkFolder } from '../../process/workFolder.ts';
import { Gate } from './gate.ts';
import { JAVASCRIPT_DRIVER } from './javascriptDriver.ts';
import { PYTHON_DRIVER } from './pythonDriver.ts';

/** Of address space in Python, where libraries reserve much more than they use, ... */
const PYTHON_MEMORY_BYTES = 2 * 1024 ** 3;
/** ... and of resident memory in JavaScript, with half of that for its heap. */
const JAVASCRIPT_MEMORY_BYTES = 512 * 1024 ** 2;

/** Milliseconds that a process may take to start, beside the time of the tests. */
const START_MS = 2_000;

/** More than any verdict has. */
const MAX_VERDICT_BYTES = 16 * 1024;

const QUOTED_CHARS = 300;

/** One core is left to the engine. All scorers of the engine share it. */
const processes = new Gate(Math.max(1, availableParallelism() - 1));

/**
 * Rejects with `UserError` where there is no Python, and when `signal` aborts, which ends the process.
 *
 * @param folder of the experiment, in whose project a Python of its own may lie
 */
export function runTests(question: TestsQuestion, folder: string, signal: AbortSignal): Promise<TestsVerdict> {
  return processes.pass(async () => {
    const python = question.language === 'python' ? await requirePython(folder) : null;
    const workFolder = makeWorkFolder('rlvr-tests-');
    try {
      const token = randomUUID();
      const language = python === null ? javascript(workFolder) : pythonProgram(python);
      const { code, tests, timeout } = question;
      const input = JSON.stringify({ code, tests, token, seconds: Math.ceil(timeout), memory: language.memory });
      const end = await runConfined({
        ...language.program,
        input,
        workFolder,
        timeoutMs: timeout * 1000 + START_MS,
        signal,
      });
      signal.throwIfAborted();
      return verdictOf(end, await readVerdict(path.join(workFolder, 'verdict.json'), token), timeout);
    } finally {
      removeWorkFolder(workFolder);
    }
  }, signal);
}

async function requirePython(folder: string): Promise<string> {
  const { python, problem } = await findPython(folder);
  if (python === null) throw new UserError(`The tests cannot be run: ${problem}`);
  return python.executable;
}

interface Language {
  readonly memory: number;
  readonly program: Pick<ConfinedProgram, 'file' | 'args' | 'environment'>;
}

function pythonProgram(file: string): Language {
  // No variable of Python's and no folder of the user's has a say in what is loaded; libraries start no threads.
  const environment = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  return { memory: PYTHON_MEMORY_BYTES, program: { file, args: ['-I', '-B', '-c', PYTHON_DRIVER], environment } };
}

function javascript(workFolder: string): Language {
  const permissions = permissionArguments({ readable: [workFolder], writable: [workFolder] });
  const heap = `--max-old-space-size=${JAVASCRIPT_MEMORY_BYTES / 2 ** 21}`;
  const args = ['--no-warnings', heap, ...permissions.filter((argument) => argument !== '--allow-net')];
  const electron = process.versions['electron'] !== undefined;
  return {
    memory: JAVASCRIPT_MEMORY_BYTES,
    program: {
      file: process.execPath,
      args: [...args, '--eval', JAVASCRIPT_DRIVER],
      environment: electron ? { ELECTRON_RUN_AS_NODE: '1' } : {},
    },
  };
}

const verdictSchema = z.object({
  token: z.string(),
  outcome: z.enum(['passed', 'failed', 'memory']),
  message: z.string(),
});

/** null where there is none, or one that the driver did not write. */
async function readVerdict(file: string, token: string): Promise<z.output<typeof verdictSchema> | null> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_VERDICT_BYTES), 0, MAX_VERDICT_BYTES, 0);
      const verdict = verdictSchema.parse(JSON.parse(buffer.toString('utf8', 0, bytesRead)));
      return verdict.token === token ? verdict : null;
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}

function verdictOf(end: ConfinedEnd, verdict: z.output<typeof verdictSchema> | null, timeout: number): TestsVerdict {
  if (end.ending === 'absent')
    throw new UserError(`The program that runs the tests could not be started: ${end.output}.`);
  if (verdict !== null) {
    const { outcome, message } = verdict;
    return { passed: outcome === 'passed', outcome, message: message.slice(0, 2 * QUOTED_CHARS) };
  }
  // The system's own limits on time end it by these.
  if (end.ending === 'timeout' || end.killedBy === 'SIGXCPU' || end.killedBy === 'SIGALRM')
    return { passed: false, outcome: 'timeout', message: `took longer than ${timeout} s` };
  if (end.killedBy === 'SIGKILL' || end.output.includes('heap out of memory'))
    return { passed: false, outcome: 'memory', message: 'took more memory than tests may take' };
  const cause = end.killedBy === null ? `exit code ${end.code}` : `signal ${end.killedBy}`;
  const last = end.output.trim().slice(-QUOTED_CHARS);
  const message = `the process ended before its tests were done: ${cause}${last === '' ? '' : `; it printed last: ${last}`}`;
  return { passed: false, outcome: 'failed', message };
}
