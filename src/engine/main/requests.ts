/** Answers what editors ask of an engine that has no run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { machineChecks } from '../doctor/machineChecks.ts';
import { UserError } from '../protocol/errors.ts';
import type { FrameArray } from '../protocol/frames.ts';
import type { LinkReply, LinkRequest, MachineCheck } from '../protocol/link.ts';
import { JudgeReplies } from '../reward/services/judgeReplies.ts';
import { score } from './score.ts';
import { WarmScorer } from './warmScorer.ts';

/** For a question that is asked at every key: a reward that hangs on each completion would keep the machine busy for minutes. */
const LIVE_LIMIT_MS = 10_000;
const TOO_SLOW =
  `Scoring stored completions took longer than ${LIVE_LIMIT_MS / 1000} s and was given up. ` +
  'Look for an endless loop or a slow regular expression, or turn Live Scores off for this file.';

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
  const judgeReplies = new JudgeReplies();
  // Apart, so that what is asked while somebody types ends nothing that others wait for.
  const live = new WarmScorer(join(bundles, 'live'), { judgeReplies, onlyKnownReplies: true });
  const saved = new WarmScorer(join(bundles, 'saved'), { judgeReplies });
  // Pinned cases are run when a file is saved, as stored completions are scored then: neither is to end the other.
  const given = new WarmScorer(join(bundles, 'given'), { judgeReplies });
  // Takes seconds, during which somebody goes on reading.
  const compared = new WarmScorer(join(bundles, 'compared'), { judgeReplies });
  return {
    answer: async (request) => {
      if (request.kind === 'score') {
        if (request.compares) return score(request, compared);
        if (!request.live) return score(request, request.of.kind === 'given' ? given : saved);
        const limit = setTimeout(() => live.end(new UserError(TOO_SLOW)), LIVE_LIMIT_MS);
        try {
          return await score(request, live);
        } finally {
          clearTimeout(limit);
          live.prepare(request.baseDir);
        }
      }
      if (request.kind === 'swapRewards') throw new UserError('This engine has no run whose rewards it could change.');
      const cwd = process.cwd();
      const checks: MachineCheck[] = [];
      for await (const check of machineChecks({ cwd, runsDir: request.folder ?? cwd })) checks.push(check);
      return { reply: { kind: 'check', checks }, arrays: [] };
    },
    close: () => {
      live.close();
      saved.close();
      given.close();
      compared.close();
      rmSync(bundles, { recursive: true, force: true });
    },
  };
}
