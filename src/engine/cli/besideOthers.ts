/** Runs that are trained at the same time, each with its name before what it says. */
import { RAY } from '../protocol/rayConfig.ts';
import type { CommandIO, OutputStream } from './command.ts';
import type { FollowOptions } from './follow.ts';

/**
 * How many runs of a cluster this process trains at once, where the cluster has room for them: each has its graders, its part of the data and
 * its database here, some hundred megabytes.
 */
const MAX_ON_CLUSTER = 32;

/** @param devices of the experiments of all runs: those of one machine have all of it in turn */
export function runsAtOnce(devices: readonly string[]): number {
  return devices.every((device) => device === RAY) ? MAX_ON_CLUSTER : 1;
}

/** Where a run says what it does, and as what, if `atOnce` allows others beside it. @param title what tells it from them */
export function besideOthers(
  io: CommandIO,
  follow: FollowOptions,
  { title, atOnce }: { readonly title: string; readonly atOnce: number },
): readonly [CommandIO, FollowOptions] {
  if (atOnce === 1 || title === '') return [io, follow];
  if (follow.json) return [io, { ...follow, run: title }];
  // Several live blocks cannot stand in one place: each is a log.
  const stdout = prefixed(io.stdout, title);
  return [{ ...io, stdout, stderr: prefixed(io.stderr, title) }, follow];
}

/** Of whole lines, as all of them are that a log has. */
function prefixed(stream: OutputStream, title: string): OutputStream {
  return { write: (text) => stream.write(text.replaceAll(/^(?=.)/gm, `${title}: `)), columns: stream.columns };
}
