/**
 * Before the first step: how often the policy solves the problems that it will be trained on. Measured once and kept beside the runs, for
 * every run that would measure the same; one that is stopped goes on where it was.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { measuredProblems } from '../../data/curriculum/curriculum.ts';
import type { Problem } from '../../data/problems.ts';
import type { PassRateCurriculum } from '../../protocol/curriculum.ts';
import { solvedByTask } from '../../protocol/tasks.ts';
import { PROFILE_FILE, PROFILE_PROGRESS_FILE, PROFILES_FOLDER } from '../../run/layout.ts';
import type { RunWriter } from '../../run/writer.ts';
import type { RunContext } from '../runContext.ts';
import type { ScoredGroup } from '../scoredGroup.ts';
import { sampleAndScore } from '../sampleAndScore.ts';
import { parseMeasured, readProfile, writeProfile, type MeasuredProblem, type PassProfile } from './passProfile.ts';
import { profileKey } from './profileKey.ts';
import { solvedCount } from './solvedCount.ts';

export interface ProfiledRun extends Pick<
  RunContext,
  'experiment' | 'problems' | 'sample' | 'scorer' | 'failures' | 'emit' | 'signal'
> {
  readonly writer: Pick<RunWriter, 'dir'>;
  readonly modelHash: string;
  /** What the policy is computed by. */
  readonly provider: string;
}

/**
 * The profile that the run has, or another run measured, or this one measures now. Rejects when the signal aborts.
 * @throws UserError where a file is no profile, or one of something else
 */
export async function passProfile(run: ProfiledRun, config: PassRateCurriculum): Promise<PassProfile> {
  const { experiment, problems, writer, modelHash, provider, scorer } = run;
  const measured = problems.tasks
    .flatMap(({ train }) => measuredProblems(train, experiment.seed, config.problems))
    .flatMap((index) => problems.train[index] ?? []);
  const key = profileKey({ experiment, modelHash, provider, rewardHashes: scorer.hashes, measured }, config);
  const own = join(writer.dir, PROFILE_FILE);
  const kept = join(dirname(writer.dir), PROFILES_FOLDER, `${key}.json`);
  const known = readProfile(own, key);
  if (known) return known;
  const profile = readProfile(kept, key) ?? (await measure(run, measured, config.samples, key));
  mkdirSync(dirname(kept), { recursive: true });
  if (!existsSync(kept)) writeProfile(kept, profile);
  writeProfile(own, profile);
  rmSync(join(writer.dir, PROFILE_PROGRESS_FILE), { force: true });
  return profile;
}

async function measure(
  run: ProfiledRun,
  measured: readonly Problem[],
  samples: number,
  key: string,
): Promise<PassProfile> {
  const { experiment, writer, emit, signal } = run;
  const progress = join(writer.dir, PROFILE_PROGRESS_FILE);
  const done = existsSync(progress) ? parseMeasured(readFileSync(progress, 'utf8')) : [];
  // Without what a crash left of a line.
  writeFileSync(progress, done.map(lineOf).join(''));
  const known = new Set(done.map(({ problem }) => problem));
  const left = measured.filter(({ problem }) => !known.has(problem));
  const perRequest = Math.max(1, Math.ceil(experiment.rollout.maxRows / samples));
  for (let start = 0; start < left.length; start += perRequest) {
    signal.throwIfAborted();
    emit({ event: 'phase', step: 0, phase: 'profile', done: done.length, total: measured.length });
    const found = await measureSome(run, left.slice(start, start + perRequest), samples);
    appendFileSync(progress, found.map(lineOf).join(''));
    done.push(...found);
  }
  const byProblem = new Map(done.map((problem) => [problem.problem, problem]));
  return { format: 1, key, problems: measured.flatMap(({ problem }) => byProblem.get(problem) ?? []) };
}

function lineOf(problem: MeasuredProblem): string {
  return `${JSON.stringify(problem)}\n`;
}

/** Their random numbers are those of step 0, in which nothing else is sampled in this way. */
async function measureSome(
  run: ProfiledRun,
  problems: readonly Problem[],
  samples: number,
): Promise<MeasuredProblem[]> {
  const { experiment } = run;
  const asked = problems.map((problem) => ({
    problem,
    keys: Array.from({ length: samples }, (_, sample) => ({
      step: 0,
      problem: problem.problem,
      occurrence: 0,
      round: 0,
      sample,
    })),
  }));
  const groups = await sampleAndScore({ ...run, writer: null }, asked, {
    step: 0,
    purpose: 'rollout',
    recordedAs: 'evaluation',
    sampling: experiment.rollout,
  });
  const decides = solvedByTask(experiment);
  return groups.map((group) => measuredOf(group, decides(group.problem.task)));
}

function measuredOf(group: ScoredGroup, reward: string): MeasuredProblem {
  return {
    problem: group.problem.problem,
    ...solvedCount(group, reward),
    tokens: group.scored.reduce((sum, { completion }) => sum + completion.tokens.length, 0),
  };
}
