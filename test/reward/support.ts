/** What the tests of the grader share. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import type { RewardResult } from '../../src/engine/protocol/completion.ts';
import { bundleRewards } from '../../src/engine/reward/bundle.ts';
import { startGrader, type Grader } from '../../src/engine/reward/graderClient.ts';

export const fixtures = path.join(import.meta.dirname, '..', 'fixtures', 'rewards');

/** A folder that is gone after the file's tests. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rlvr-reward-'));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface HostileGrader extends Grader {
  readonly warnings: readonly string[];
}

/** Starts a grader with functions of `hostile.ts`, all with the same settings. */
export async function startHostile(
  outDir: string,
  functions: readonly string[],
  settings: { per?: 'completion' | 'group'; timeoutMs?: number; options?: Record<string, unknown> } = {},
): Promise<HostileGrader> {
  const file = path.join(fixtures, 'hostile.ts');
  const modules = await bundleRewards([file], outDir);
  const module = modules.get(file)?.path ?? null;
  const { per = 'completion', timeoutMs = 20_000, options = {} } = settings;
  const rewards = functions.map((name) => ({ name, module, function: name, per, options, timeoutMs }));
  const warnings: string[] = [];
  const grader = await startGrader(
    { kind: 'setup', rewards },
    { cwd: fixtures, onWarning: (message) => warnings.push(message) },
  );
  return { ...grader, warnings };
}

/** The arguments of completions with these texts. */
export function itemsOf(texts: readonly string[], row: Record<string, unknown> = {}): Record<string, unknown>[] {
  return texts.map((completion, index) => ({ ...row, completion, prompt: 'p', completionTokens: 1, index }));
}

/** The value, or the kind of the error. */
export function kindOf(result: RewardResult): number | null | string {
  return 'error' in result ? result.error.kind : result.value;
}

/** Whether the process runs; one that has ended but was not yet collected by its parent does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Resolves when `condition` holds; the test's own limit ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
