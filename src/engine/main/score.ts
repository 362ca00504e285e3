/** Scores completions with reward functions as they are on the disk or, unsaved, in an editor. */
import { join } from 'node:path';
import type { RewardError, RewardResult } from '../protocol/completion.ts';
import type { ScoreReply, ScoreRequest } from '../protocol/scoring.ts';
import type { GroupToScore, Scorer, TracedVerdicts, Verdicts } from '../reward/scorer.ts';
import type { JudgeReplies } from '../reward/services/judgeReplies.ts';
import { JUDGE_FILE } from '../run/layout.ts';
import type { StoredSelection } from './storedSelection.ts';
import type { WarmScorer } from './warmScorer.ts';

export interface Scores {
  readonly reply: ScoreReply;
  /** As the reply's description says. */
  readonly arrays: readonly Float64Array[];
}

/** What is ready for the next of a kind of questions. */
export interface Ready {
  readonly warm: WarmScorer;
  readonly stored: StoredSelection;
  /** What `warm` knows of judges. */
  readonly judgeReplies: Pick<JudgeReplies, 'know'>;
}

/** @throws UserError where the run cannot be read, or no reward file can be used: the message names file and line */
export async function score(question: ScoreRequest, { warm, stored, judgeReplies }: Ready): Promise<Scores> {
  // What the run holds is read while esbuild works.
  const [scorer, { groups, samples }] = await Promise.all([
    warm.get(question),
    readGroups(question, stored),
    knowReplies(question, judgeReplies),
  ]);
  const traced = await tracedOn(groups, scorer, { watch: question.trace?.watch ?? null, warm });
  const verdicts = traced.verdicts.flat();
  return {
    reply: {
      kind: 'score',
      rewards: [...scorer.names],
      samples: [...samples],
      errors: scorer.names.flatMap((name) => errorsOf(name, verdicts)),
      trace: traced.trace,
    },
    arrays: [
      Float64Array.from(verdicts, ({ reward }) => reward ?? NaN),
      ...scorer.names.map((name) => Float64Array.from(verdicts, ({ rewards: results }) => valueOf(results[name]))),
    ],
  };
}

async function tracedOn(
  groups: readonly GroupToScore[],
  scorer: Scorer,
  { watch, warm }: { readonly watch: number | null; readonly warm: WarmScorer },
): Promise<TracedVerdicts> {
  try {
    return await scorer.trace(groups, watch);
  } catch (error) {
    throw warm.endOf(scorer) ?? error;
  }
}

interface Groups {
  readonly groups: readonly GroupToScore[];
  /** For each group that was asked for, its completions: a problem that was drawn twice in a step was scored in two groups. */
  readonly samples: readonly number[];
}

/** Rejects with UserError. */
// eslint-disable-next-line @typescript-eslint/require-await -- what it throws is the answer to the question
async function readGroups({ of, skipped }: ScoreRequest, stored: StoredSelection): Promise<Groups> {
  if (of.kind === 'given')
    return { groups: of.groups, samples: of.groups.map(({ completions }) => completions.length) };
  const groups = stored.get(of.runDir, of.groups, skipped);
  const samples = of.groups.map(() => 0);
  for (const { asked, completions } of groups) samples[asked] = (samples[asked] ?? 0) + completions.length;
  return { groups, samples };
}

/** What judges replied in the run is not bought again. */
async function knowReplies({ of }: ScoreRequest, judgeReplies: Pick<JudgeReplies, 'know'>): Promise<void> {
  if (of.kind === 'stored') await judgeReplies.know(join(of.runDir, JUDGE_FILE));
}

function errorsOf(name: string, verdicts: readonly Verdicts[]): [string, number, RewardError['kind'], string][] {
  return verdicts.flatMap(({ rewards }, index) => {
    const result = rewards[name];
    const failure: [string, number, RewardError['kind'], string][] =
      result && 'error' in result ? [[name, index, result.error.kind, result.error.message]] : [];
    return failure;
  });
}

function valueOf(result: RewardResult | undefined): number {
  return result && 'value' in result ? (result.value ?? NaN) : NaN;
}
