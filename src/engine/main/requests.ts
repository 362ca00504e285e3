/** Answers what editors ask of an engine that has no run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { machineChecks } from '../doctor/machineChecks.ts';
import type { ComputeLimits } from '../protocol/computeLimits.ts';
import { UserError } from '../protocol/errors.ts';
import type { MachineCheck } from '../protocol/link.ts';
import type { ScoreRequest } from '../protocol/scoring.ts';
import { JudgeReplies } from '../reward/services/judgeReplies.ts';
import { exportPolicy } from '../trainer/exportPolicy.ts';
import type { Answer, Requests } from './answer.ts';
import { DataDesk } from './dataDesk.ts';
import { engineLimits } from './engineLimits.ts';
import { fetchGpuSupport, tellGpuSupport } from './gpuDesk.ts';
import { handOver } from './handOver.ts';
import { describeJob } from '../trainer/clusterJob/describeJob.ts';
import { forecast } from './forecast.ts';
import { describeModel, fetchModel, findModels } from './modelDesk.ts';
import { PreviewDesk } from './previewDesk.ts';
import { replay } from './replay.ts';
import { score, type Ready } from './score.ts';
import { askServer, planEvaluation, serverModels } from './serverDesk.ts';
import { StoredSelection } from './storedSelection.ts';
import { WarmScorer } from './warmScorer.ts';

/** For a question that is asked at every key: a reward that hangs on each completion would keep the machine busy for minutes. */
const LIVE_LIMIT_MS = 10_000;
const TOO_SLOW =
  `Scoring stored completions took longer than ${LIVE_LIMIT_MS / 1000} s and was given up. ` +
  'Look for an endless loop or a slow regular expression, or turn Live Scores off for this file.';

/** Of an engine that serves. @param folder the engine's own @param limits of what it computes with */
export function openRequests(folder: string, limits: ComputeLimits): Requests {
  const bundles = mkdtempSync(join(folder, 'rlvr-rewards-'));
  const judgeReplies = new JudgeReplies();
  // Apart, so that what is asked while somebody types ends nothing that others wait for.
  const ready = (name: string, onlyKnownReplies = false): Ready => ({
    warm: new WarmScorer(join(bundles, name), { judgeReplies, onlyKnownReplies }),
    stored: new StoredSelection(),
    judgeReplies,
  });
  const live = ready('live', true);
  const saved = ready('saved');
  // Pinned cases are run when a file is saved, as stored completions are scored then: neither is to end the other.
  const given = ready('given');
  // A person who types has the first word: what an edit would come to is found out beside it.
  const tried = ready('tried', true);
  // Takes seconds, during which somebody goes on reading. Thousands of completions, at each save: nobody has asked to pay for them.
  const compared = ready('compared', true);
  const previews = new PreviewDesk();
  const data = new DataDesk();
  const scoreFor = async (request: ScoreRequest): Promise<Answer> => {
    if (request.compares) return score(request, compared);
    if (!request.live) return score(request, request.of.kind === 'given' ? given : saved);
    const own = request.tries ? tried : live;
    const limit = setTimeout(() => own.warm.end(new UserError(TOO_SLOW)), LIVE_LIMIT_MS);
    try {
      return await score(request, own);
    } finally {
      clearTimeout(limit);
      if (own === live) live.warm.prepare(request.baseDir);
    }
  };
  return {
    answer: async (request, asker) => {
      switch (request.kind) {
        case 'score':
          return scoreFor(request);
        case 'replay':
          return replay(request, asker, { temporary: folder, ...engineLimits(limits) });
        case 'preflight':
          return { reply: await forecast(request, asker, { temporary: folder, ...engineLimits(limits) }), arrays: [] };
        case 'describeData':
          return { reply: await data.describe(request, asker), arrays: [] };
        case 'getDataset':
          return { reply: await data.get(request, asker), arrays: [] };
        case 'searchModels':
          return { reply: await findModels(request, asker), arrays: [] };
        case 'describeModel':
          return { reply: await describeModel(request, asker), arrays: [] };
        case 'getModel':
          return { reply: await fetchModel(request, asker), arrays: [] };
        case 'describeGpuSupport':
          return { reply: await tellGpuSupport(asker), arrays: [] };
        case 'installGpuSupport':
          return { reply: await fetchGpuSupport(asker), arrays: [] };
        case 'handOver':
          return { reply: await handOver(request), arrays: [] };
        case 'describeJob':
          return { reply: await describeJob(request), arrays: [] };
        case 'exportPolicy': {
          const exported = await exportPolicy({ ...request, overwrite: false }, asker.signal);
          return { reply: { kind: 'exportPolicy', ...exported }, arrays: [] };
        }
        case 'serverModels':
          return { reply: await serverModels(request, asker), arrays: [] };
        case 'planServer':
          return { reply: await planEvaluation(request, asker, folder), arrays: [] };
        case 'evaluateServer':
          return { reply: await askServer(request, asker, folder), arrays: [] };
        case 'preview':
          return { reply: await previews.answer(request), arrays: [] };
        case 'check':
          return { reply: { kind: 'check', checks: await checkMachine(request.folder) }, arrays: [] };
        case 'swapRewards':
          throw new UserError('This engine has no run whose rewards it could change.');
      }
    },
    close: () => {
      for (const { warm, stored } of [live, saved, given, tried, compared]) {
        warm.close();
        stored.drop();
      }
      rmSync(bundles, { recursive: true, force: true });
    },
  };
}

async function checkMachine(folder?: string): Promise<MachineCheck[]> {
  const cwd = process.cwd();
  const checks: MachineCheck[] = [];
  for await (const check of machineChecks({ cwd, runsDir: folder ?? cwd })) checks.push(check);
  return checks;
}
