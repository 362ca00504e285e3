/** Scores stored completions with the reward files as they are now. */
import { dirname } from 'node:path';
import type { RewardResult } from '../protocol/completion.ts';
import { UserError } from '../protocol/errors.ts';
import type { LinkReply, LinkRequest } from '../protocol/link.ts';
import type { CompletionRecord } from '../protocol/run.ts';
import type { GroupToScore, Scorer, Verdicts } from '../reward/scorer.ts';
import { RunReader } from '../run/reader.ts';
import type { Rewards, WarmScorer } from './warmScorer.ts';

type Question = Extract<LinkRequest, { kind: 'score' }>;
type Asked = Question['completions'][number];

export interface Scores {
  readonly reply: Extract<LinkReply, { kind: 'score' }>;
  /** As the reply's description says. */
  readonly arrays: readonly Float64Array[];
}

/** @throws UserError where the run cannot be read, or a reward file cannot be used: the message names file and line */
export async function score({ runDir, completions }: Question, warm: WarmScorer): Promise<Scores> {
  const { groups, rewards } = readQuestion(runDir, completions);
  const scorer = await warm.get(rewards);
  const verdicts = (await verdictsOn(groups.flat(), scorer, warm)).flat();
  return {
    reply: {
      kind: 'score',
      rewards: scorer.names,
      samples: groups.map((own) => own.reduce((sum, group) => sum + group.completions.length, 0)),
      errors: scorer.names.flatMap((name) => errorsOf(name, verdicts)),
    },
    arrays: [
      Float64Array.from(verdicts, ({ reward }) => reward ?? NaN),
      ...scorer.names.map((name) => Float64Array.from(verdicts, ({ rewards: results }) => valueOf(results[name]))),
    ],
  };
}

async function verdictsOn(
  groups: readonly GroupToScore[],
  scorer: Scorer,
  warm: WarmScorer,
): Promise<readonly (readonly Verdicts[])[]> {
  try {
    return await scorer.score(groups);
  } catch (error) {
    if (warm.isCurrent(scorer)) throw error;
    throw new UserError('The reward files changed meanwhile; a newer question is answered with what they are now.');
  }
}

interface ReadQuestion {
  readonly rewards: Rewards;
  readonly groups: readonly (readonly GroupToScore[])[];
}

function readQuestion(runDir: string, asked: readonly Asked[]): ReadQuestion {
  const reader = RunReader.open(runDir);
  try {
    return {
      rewards: { rewards: reader.experiment().rewards, baseDir: dirname(reader.manifest.experimentPath) },
      groups: groupsOf(reader, asked),
    };
  } finally {
    reader.close();
  }
}

/** For each that is asked about, the groups in which its completions were scored: a function may judge a group as a whole. */
function groupsOf(reader: RunReader, asked: readonly Asked[]): GroupToScore[][] {
  let step: { readonly step: number; readonly records: readonly CompletionRecord[] } | null = null;
  return asked.map((question) => {
    // Those of one step mostly come together.
    if (step?.step !== question.step) step = { step: question.step, records: reader.completionsOfStep(question.step) };
    const own = step.records.filter(
      ({ purpose, split, key }) =>
        purpose === question.purpose && split === question.split && key.problem === question.problem,
    );
    const problem = reader.problem(question.split, question.problem);
    if (problem === null) return [];
    const groups = new Map<string, CompletionRecord[]>();
    for (const record of own) {
      const group = `${record.key.occurrence} ${record.key.round}`;
      groups.set(group, [...(groups.get(group) ?? []), record]);
    }
    return [...groups.values()].map((records) => ({
      row: problem.row,
      prompt: problem.prompt,
      completions: records.map(({ text, tokens }) => ({ text, tokens: tokens.length })),
    }));
  });
}

function errorsOf(name: string, verdicts: readonly Verdicts[]): [string, number, string][] {
  return verdicts.flatMap(({ rewards }, index) => {
    const result = rewards[name];
    const failure: [string, number, string][] =
      result && 'error' in result ? [[name, index, result.error.message]] : [];
    return failure;
  });
}

function valueOf(result: RewardResult | undefined): number {
  return result && 'value' in result ? (result.value ?? NaN) : NaN;
}
