/** What live scores know already of a question about one group, so that a keystroke is answered once. */
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { UnsavedFile } from '../../engine/protocol/scoring.ts';
import type { RewardConfig } from '../../engine/protocol/experiment.ts';
import { rewardName } from '../../engine/protocol/experimentChecks.ts';
import { pathKey } from '../common/samePath.ts';
import type { Scores } from '../engine/engineQuestions.ts';
import { isRewardCode } from '../panels/rescoring.ts';
import type { StoredQuestion } from '../panels/rescorer.ts';
import type { LiveResult } from './liveResult.ts';
import type { LiveScores } from './liveScores.ts';

/**
 * The answer to a question about a group of the sample and the very rewards that were scored live, in their order, which is that of their
 * sum; null for any other question.
 */
export function liveAnswer(result: LiveResult, question: StoredQuestion): Scores | null {
  const { sample, functions, combined } = result;
  const { of, rewards, baseDir } = question;
  if (of.kind !== 'stored' || of.runDir !== sample.runDir || of.groups.length !== 1) return null;
  const group = sample.groups.findIndex((one) => isDeepStrictEqual({ ...one }, of.groups[0]));
  const scored = functions.map(({ config }) => namedConfig(config, sample.baseDir));
  const asked = rewards.map((config) => namedConfig(config, baseDir));
  if (group === -1 || !isDeepStrictEqual(scored, asked)) return null;
  const first = sample.completions.findIndex((one) => one.group === group);
  const count = sample.completions.filter((one) => one.group === group).length;
  const isOfGroup = (completion: number): boolean => completion >= first && completion < first + count;
  return {
    rewards: functions.map(({ name }) => name),
    samples: [count],
    combined: combined.slice(first, first + count),
    byReward: functions.map(({ values }) => values.slice(first, first + count)),
    errors: functions.flatMap(({ errors }) =>
      errors
        .filter(({ completion }) => isOfGroup(completion))
        .map((error) => ({ ...error, completion: error.completion - first })),
    ),
    trace: null,
  };
}

/**
 * Waits for what is typed to be scored live, and asks only where that is no answer to the question. What fails live may not fail when it
 * is asked: a judge that is paid is asked nothing while somebody types, but once that is saved.
 */
export async function scoreOnce(
  live: Pick<LiveScores, 'on' | 'newest'>,
  question: StoredQuestion,
  unsaved: () => readonly UnsavedFile[],
  ask: (unsaved: readonly UnsavedFile[]) => Promise<Scores>,
): Promise<Scores> {
  const result = live.on ? await live.newest() : null;
  const known = result && liveAnswer(result, question);
  const texts = unsaved();
  return known !== null && (known.errors.length === 0 || isTyped(question, texts)) ? known : ask(texts);
}

function isTyped({ rewards, baseDir }: StoredQuestion, unsaved: readonly UnsavedFile[]): boolean {
  const files = rewards.flatMap(({ file }) => (file === undefined ? [] : [pathKey(resolve(baseDir, file))]));
  return unsaved.some(({ path }) => isRewardCode(pathKey(resolve(path)), files));
}

/** The same for a reward, however its file is named. */
function namedConfig(config: RewardConfig, baseDir: string): RewardConfig {
  const { file } = config;
  const absolute = file === undefined ? {} : { file: pathKey(resolve(baseDir, file)) };
  return { ...config, ...absolute, name: rewardName(config) };
}
