/** The runs of a sweep one after another, or on a cluster as many at once as it has room for: those that are finished or that a guard stopped are passed over, others go on. */
import type { Sweep, SweepMember } from '../../analysis/sweep/planSweep.ts';
import { currentRound, nextRound } from '../../analysis/sweep/rounds.ts';
import type { FoundSweep } from '../../analysis/sweep/sweepOfFile.ts';
import {
  isFinished,
  isUnderWay,
  recordedIn,
  recordedRuns,
  runsOfSweep,
  type SweepRun,
} from '../../analysis/sweep/sweepRuns.ts';
import { UserError } from '../../protocol/errors.ts';
import { takeSweepLock } from '../../run/lock.ts';
import { makeRunsFolder } from '../../run/runsFolder.ts';
import { resumeRun } from '../../trainer/engine.ts';
import { readExperiment } from '../../trainer/readExperiment.ts';
import { changedSinceTrained } from '../../trainer/sinceTrained.ts';
import { besideOthers, runsAtOnce } from '../besideOthers.ts';
import { EXIT, type CommandIO } from '../command.ts';
import { reportError } from '../dispatch.ts';
import { followRun } from '../follow.ts';
import { inTurn } from '../inTurn.ts';
import { printJson } from '../json.ts';
import { resumedOn } from '../rayOption.ts';
import { startRun } from '../startRun.ts';
import { printable } from '../text.ts';

export interface SweepPlace {
  readonly runsDir: string;
  readonly json: boolean;
  /** Of a cluster, where runs that are resumed go on, if they were on one. */
  readonly ray: string | undefined;
  /** Trains all of its runs again, in a new round. */
  readonly anew: boolean;
  /** The sweep as its files say now. @throws UserError where it is none any more */
  readonly replan: () => FoundSweep;
}

export interface FailedMember {
  readonly member: SweepMember;
  readonly message: string;
}

export interface SweepEnd {
  readonly stopped: boolean;
  /** Why the rest was not trained; null where it was. */
  readonly refused: string | null;
  readonly failed: readonly FailedMember[];
}

/** @throws UserError where another process trains it, or a run of it */
export async function trainSweep(io: CommandIO, found: FoundSweep, place: SweepPlace): Promise<SweepEnd> {
  makeRunsFolder(place.runsDir);
  const lock = takeSweepLock(place.runsDir, found.sweep.id);
  if (lock === null)
    throw new UserError(`Another process trains the sweep ${found.sweep.name}. Wait for it, or stop it there.`);
  try {
    return await trainRest(io, found, place);
  } finally {
    lock.release();
  }
}

async function trainRest(io: CommandIO, found: FoundSweep, place: SweepPlace): Promise<SweepEnd> {
  const all = recordedRuns(place.runsDir);
  const sweep = (place.anew ? nextRound : currentRound)(
    found.sweep,
    all.map((one) => one.sweep),
  );
  const runs = runsOfSweep(sweep, all);
  const running = [...runs.values()].find(isUnderWay);
  if (running !== undefined) throw new UserError(underWay(running));
  const edited = await editedSince([...runs.values()].filter(isFinished), sweep);
  if (edited !== null) return { stopped: false, refused: edited, failed: [] };

  const begun = [...runs.values()].map(({ dir }) => dir);
  const atOnce = runsAtOnce(await devicesOf(found));
  const end: { stopped: boolean; refused: string | null; failed: FailedMember[] } = {
    stopped: false,
    refused: null,
    failed: [],
  };
  await inTurn(sweep.members, atOnce, async (member, onBegun) => {
    const run = asItIsNow(runs.get(member.membership.member));
    if (run !== undefined && isFinished(run)) return true;
    if (run?.guarded === true) {
      const message = `${run.state.message ?? ''} Passed over; rlvr train --resume ${run.dir} goes on with it.`;
      end.failed.push({ member, message });
      return true;
    }
    const refused = run !== undefined && isUnderWay(run) ? underWay(run) : otherSweep(found, place);
    if (refused !== null) {
      end.refused = refused;
      return false;
    }
    try {
      const code = await train(io, { found, sweep, member, place, atOnce }, run, begun, onBegun);
      end.stopped ||= code !== EXIT.done;
      return code === EXIT.done;
    } catch (error) {
      io.stderr.write(`${printable(titleOf(sweep, member))} failed.\n`);
      reportError(error, io, { json: place.json, run: atOnce === 1 ? undefined : member.title });
      end.failed.push({ member, message: error instanceof Error ? error.message : String(error) });
      return true;
    }
  });
  return end;
}

/** What each of the runs is to be computed on. */
async function devicesOf({ experimentPath, sweep: { members } }: FoundSweep): Promise<string[]> {
  const experiments = members.map(({ overrides }) => readExperiment(experimentPath, overrides));
  return (await Promise.all(experiments)).map(({ device }) => device);
}

interface Training {
  readonly found: FoundSweep;
  readonly sweep: Sweep;
  readonly member: SweepMember;
  readonly place: SweepPlace;
  readonly atOnce: number;
}

/**
 * @param begun folders of the sweep's runs, to which a new one is added
 * @param onBegun called when it is in it
 */
function train(
  io: CommandIO,
  { found: { experimentPath }, sweep, member, place, atOnce }: Training,
  run: SweepRun | undefined,
  begun: string[],
  onBegun: () => void,
): Promise<number> {
  const { json, runsDir } = place;
  const { title, overrides, membership } = member;
  if (json) printJson(io.stdout, { event: 'sweepRun', title, ...membership });
  const [runIO, follow] = besideOthers(io, { json, title: titleOf(sweep, member) }, { title, atOnce });
  if (run !== undefined) {
    // It was begun before, and what is begun next is held against it.
    onBegun();
    return followRun(runIO, follow, (context) => resumeRun(run.dir, { ...context, ...resumedOn(place.ray) }));
  }
  // Those that are begun when it is held against them are in it by then.
  const options = { experimentPath, overrides, runsDir, beside: begun, sweep: membership };
  return startRun(runIO, follow, options, (dir) => {
    begun.push(dir);
    onBegun();
  });
}

/** `demo, run 3 of 4: optimizer.learningRate 3e-4` */
function titleOf({ name, members }: Sweep, { title, membership: { member } }: SweepMember): string {
  const place = `${name}, run ${member + 1} of ${members.length}`;
  return title === '' ? place : `${place}: ${title}`;
}

/** Someone may have gone on with it since the runs were listed. */
function asItIsNow(run: SweepRun | undefined): SweepRun | undefined {
  return run === undefined ? undefined : recordedIn(run.dir)?.run;
}

function underWay({ dir }: SweepRun): string {
  return `Another process trains ${dir}, a run of this sweep. Wait for it, or stop it there.`;
}

/** Why what is finished is no result of what lies there now; null where it is. */
async function editedSince(finished: readonly SweepRun[], { members }: Sweep): Promise<string | null> {
  const changed = await changedSinceTrained(finished.map(({ dir }) => dir));
  if (changed.length === 0) return null;
  return (
    `${changed.join(' and ')} changed since ${finished.length} of ${members.length} runs were trained: they say nothing of it as it is now, ` +
    'and no other run may stand beside them. Restore it, or train all of them again with --anew.'
  );
}

/** Why the rest would be of another sweep; null where it is of this one, however its files are written now. */
function otherSweep({ sweep, experimentPath }: FoundSweep, { replan }: SweepPlace): string | null {
  const restore = 'Restore it, and the same command goes on with the rest.';
  try {
    if (replan().sweep.id === sweep.id) return null;
    return `${experimentPath} or what is varied changed while the runs were trained: the rest would be another sweep. ${restore}`;
  } catch (error) {
    if (error instanceof UserError) return `${error.message}\n${restore}`;
    throw error;
  }
}
