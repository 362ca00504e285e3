/** What a sweep is asked to be: by its file, or by the arguments of the command. */
import { sweepOf, sweepOfFile, type FoundSweep } from '../../analysis/sweep/sweepOfFile.ts';
import { UsageError } from '../../protocol/errors.ts';
import { parsePlan } from '../../protocol/plannedRuns.ts';
import { SWEEP_EXTENSION } from '../../protocol/sweep/sweepFile.ts';
import { parseVary } from '../../protocol/sweep/vary.ts';

export interface SweepArguments {
  readonly vary?: readonly string[] | undefined;
  readonly seeds?: string | undefined;
  readonly name?: string | undefined;
  readonly set?: readonly string[] | undefined;
}

/**
 * @param path a file of a sweep, or of an experiment that the arguments say what to vary of
 * @throws UserError where it is none, and where one of its runs is wrong
 */
export function readSweep(path: string, { set: given = [], vary, seeds, name }: SweepArguments): FoundSweep {
  if (path.endsWith(SWEEP_EXTENSION)) {
    const [unwanted] = Object.entries({ vary, seeds, name }).find(([, value]) => value !== undefined) ?? [];
    if (unwanted !== undefined)
      throw new UsageError(
        `A sweep's file says what is varied: --${unwanted} does not go with ${path}. Write it there.`,
      );
    return sweepOfFile(path, { given });
  }
  const description = {
    name: name ?? null,
    experiment: path,
    set: {},
    grid: parseVary(vary ?? []),
    list: [],
    seeds: parsePlan({ seeds }).seeds,
  };
  if (vary === undefined && description.seeds === 1)
    throw new UsageError('Nothing is varied: give --vary path=value,value, or several --seeds.');
  return sweepOf(description, { path, experimentPath: path, given });
}
