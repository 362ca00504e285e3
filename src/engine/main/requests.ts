/** Answers what editors ask of an engine that has no run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { machineChecks } from '../doctor/machineChecks.ts';
import { UserError } from '../protocol/errors.ts';
import type { FrameArray } from '../protocol/frames.ts';
import type { LinkReply, LinkRequest, MachineCheck } from '../protocol/link.ts';
import { score } from './score.ts';
import { WarmScorer } from './warmScorer.ts';

export interface Answer {
  readonly reply: LinkReply;
  readonly arrays: readonly FrameArray[];
}

export interface Requests {
  /** Rejects with UserError for what the user can mend. */
  answer(request: LinkRequest): Promise<Answer>;
  /** Removes what lies on the disk; the processes end with this one. */
  close(): void;
}

/** Of an engine that serves. @param folder the engine's own */
export function openRequests(folder: string): Requests {
  const bundles = mkdtempSync(join(folder, 'rlvr-rewards-'));
  // Apart, so that what is asked while somebody types ends nothing that others wait for.
  const live = new WarmScorer(join(bundles, 'live'));
  const saved = new WarmScorer(join(bundles, 'saved'));
  return {
    answer: async (request) => {
      if (request.kind === 'score') {
        if (!request.live) return score(request, saved);
        try {
          return await score(request, live);
        } finally {
          live.prepare(request.baseDir);
        }
      }
      const cwd = process.cwd();
      const checks: MachineCheck[] = [];
      for await (const check of machineChecks({ cwd, runsDir: request.folder ?? cwd })) checks.push(check);
      return { reply: { kind: 'check', checks }, arrays: [] };
    },
    close: () => {
      live.close();
      saved.close();
      rmSync(bundles, { recursive: true, force: true });
    },
  };
}

/** Of one that has a run: the machine is busy, and the answers would come late and in its way. */
export const noRequests: Requests = {
  answer: () => Promise.reject(new UserError('This engine trains. Ask one that serves.')),
  close: () => {},
};
