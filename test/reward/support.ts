/** What the tests of the grader share. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import type { RewardResult } from '../../src/engine/protocol/completion.ts';
import { bundleReward } from '../../src/engine/reward/bundle.ts';
import { startGrader, type Grader } from '../../src/engine/reward/graderClient.ts';
import { graderPlace } from '../../src/engine/reward/graderPlace.ts';

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

export interface HostileReward {
  readonly function: string;
  readonly per?: 'completion' | 'group';
  readonly timeoutMs?: number;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** So long that only a real hang reaches it, however busy the machine. */
const NO_HANG_MS = 60_000;

/** Starts a grader with functions of `hostile.ts`. */
export async function startHostile(outDir: string, rewards: readonly HostileReward[]): Promise<HostileGrader> {
  const file = path.join(fixtures, 'hostile.ts');
  const module = (await bundleReward(file, { outDir })).path;
  const defaults = { per: 'completion', timeoutMs: NO_HANG_MS, options: {} } as const;
  const setups = rewards.map((reward) => ({ ...defaults, ...reward, name: reward.function, module }));
  const warnings: string[] = [];
  const options = {
    place: graderPlace(fixtures, outDir, [file]),
    onWarning: (message: string) => void warnings.push(message),
  };
  return { ...(await startGrader({ kind: 'setup', folder: fixtures, rewards: setups }, options)), warnings };
}

/** The arguments of completions with these texts. */
export function itemsOf(texts: readonly string[], row: Record<string, unknown> = {}): Record<string, unknown>[] {
  return texts.map((completion, index) => ({ ...row, completion, prompt: 'p', completionTokens: 1, index }));
}

/** The value, or the kind of the error. */
export function kindOf(result: RewardResult | undefined): number | null | string {
  if (result === undefined) return 'missing';
  return 'error' in result ? result.error.kind : result.value;
}
