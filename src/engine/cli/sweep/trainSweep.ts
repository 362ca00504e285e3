/** The runs of a sweep one after another: those that are finished are passed over, and one that was stopped goes on. */
import type { Sweep, SweepMember } from '../../analysis/sweep/planSweep.ts';
import type { FoundSweep } from '../../analysis/sweep/sweepOfFile.ts';
import { isUnderWay, sweepRuns, type SweepRun } from '../../analysis/sweep/sweepRuns.ts';
import { canonical } from '../../analysis/compare/differences.ts';
import { UserError } from '../../protocol/errors.ts';
import { resumeRun } from '../../trainer/engine.ts';
import { EXIT, type CommandIO } from '../command.ts';
import { reportError } from '../dispatch.ts';
import { followRun } from '../follow.ts';
import { printJson } from '../json.ts';
import { manifestOf, requireUnchanged, startRun } from '../startRun.ts';
import { printable } from '../text.ts';

export interface SweepPlace {
  readonly runsDir: string;
  readonly json: boolean;
}

export interface FailedMember {
  readonly member: SweepMember;
  readonly message: string;
}

export interface SweepEnd {
  readonly stopped: boolean;
  readonly failed: readonly FailedMember[];
}

/** @throws UserError where another process trains a run of it, or the experiment's file was edited meanwhile */
export async function trainSweep(io: CommandIO, found: FoundSweep, place: SweepPlace): Promise<SweepEnd> {
  const { sweep, experimentPath, text } = found;
  const runs = sweepRuns(place.runsDir, identityOf(sweep));
  requireAlone(runs);
  // The first run of each kind of model, data and rewards, by which the later ones are of the same.
  const first = new Map<string, string>();
  for (const { membership } of sweep.members) {
    const run = runs.get(membership.member);
    if (run !== undefined && !first.has(kindOf(membership.assigned))) first.set(kindOf(membership.assigned), run.dir);
  }
  const failed: FailedMember[] = [];
  for (const member of sweep.members) {
    const { title, overrides, membership } = member;
    const run = runs.get(membership.member);
    if (run?.state.status === 'finished') continue;
    requireUnchanged(experimentPath, text, 'Restore it, and the same command goes on with the rest.');
    const follow = { json: place.json, title: titleOf(sweep, member) };
    const kind = kindOf(membership.assigned);
    try {
      const beside = first.get(kind);
      const options = {
        experimentPath,
        overrides,
        runsDir: place.runsDir,
        beside: beside === undefined ? undefined : manifestOf(beside),
        sweep: membership,
      };
      if (place.json) printJson(io.stdout, { event: 'sweepRun', title, ...membership });
      const code = run
        ? await followRun(io, follow, (context) => resumeRun(run.dir, context))
        : await startRun(io, follow, options, (dir) => {
            if (!first.has(kind)) first.set(kind, dir);
          });
      if (code !== EXIT.done) return { stopped: true, failed };
    } catch (error) {
      io.stderr.write(`${printable(titleOf(sweep, member))} failed.\n`);
      reportError(error, io, { json: place.json });
      failed.push({ member, message: error instanceof Error ? error.message : String(error) });
    }
  }
  return { stopped: false, failed };
}

/** All of its runs record the same. */
export function identityOf({ members }: Sweep): string {
  return members[0]?.membership.id ?? '';
}

/** `demo, run 3 of 4: optimizer.learningRate 3e-4` */
function titleOf({ name, members }: Sweep, { title, membership: { member } }: SweepMember): string {
  const place = `${name}, run ${member + 1} of ${members.length}`;
  return title === '' ? place : `${place}: ${title}`;
}

function requireAlone(runs: ReadonlyMap<number, SweepRun>): void {
  const running = [...runs.values()].find(isUnderWay);
  if (running !== undefined)
    throw new UserError(`Another process trains ${running.dir}, a run of this sweep. Wait for it, or stop it there.`);
}

/** What changes the model, the data or the rewards on purpose; whatever else is varied, these stay what they were in the first run. */
const OTHER_KIND = /^(model|lora|dataset|tasks|rewards)\b/;

function kindOf(assigned: Readonly<Record<string, unknown>>): string {
  return canonical(Object.fromEntries(Object.entries(assigned).filter(([path]) => OTHER_KIND.test(path))));
}
