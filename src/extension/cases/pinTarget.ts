/** Which completion is pinned, and as what: from Outputs' menu, or from whoever offers a case. */
import { basename } from 'node:path';
import { z } from 'zod';
import { completionKeySchema, scopeSchema } from '../../engine/protocol/panels/outputsRequests.ts';
import {
  DEFAULT_TOLERANCE,
  expectedScoreSchema,
  type ExpectedScore,
  type RewardCase,
} from '../../engine/protocol/rewardCases.ts';
import type { RewardConfig } from '../../engine/protocol/experiment.ts';
import type { GivenGroup } from '../../engine/protocol/scoring.ts';
import type { StoredInput } from '../data/caseMethods.ts';
import { parseOutputsContext } from '../panels/outputsContext.ts';

const pinArguments = z.object({
  runDir: z.string(),
  scope: scopeSchema,
  key: completionKeySchema,
  /** The reward by its name; undefined where the person is to say. */
  function: z.string().optional(),
  /** undefined where the person is to say. */
  expected: expectedScoreSchema.optional(),
});

/** A completion, and what is known of the case that is to be made of it. */
export type PinTarget = z.output<typeof pinArguments>;

/** null where something else was clicked. @param activeRun the run of the Outputs tab in front */
export function pinTarget(argument: unknown, activeRun: string | null): PinTarget | null {
  const given = pinArguments.safeParse(argument).data;
  if (given !== undefined) return given;
  const context = parseOutputsContext(argument);
  if (context?.key === undefined || activeRun === null) return null;
  return { runDir: activeRun, scope: context.scope, key: context.key };
}

/** The case of a completion, as the reward is called for it. */
export function caseOf(
  { runDir, key }: Pick<PinTarget, 'runDir' | 'key'>,
  { row, prompt, step: told, completions, index }: StoredInput,
  { config, expected }: { readonly config: RewardConfig; readonly expected: ExpectedScore },
): RewardCase {
  const isGroup = config.per === 'group';
  const { step, problem, sample } = key;
  return {
    name: null,
    function: config.function,
    expected,
    tolerance: DEFAULT_TOLERANCE,
    row,
    prompt,
    completions: isGroup ? completions : completions.slice(index, index + 1),
    index: isGroup ? index : 0,
    step: told ?? null,
    isGroup,
    from: { run: basename(runDir), step, problem, sample },
  };
}

/** What a reward function is given for a stored completion, without what else is known of it. */
export function groupOfInput({ row, prompt, step, completions }: StoredInput): GivenGroup {
  return { row, prompt, completions, ...(step === undefined ? {} : { step }) };
}

/** What a person typed as an expected score; undefined where it is none. Nothing means "not applicable". */
export function parseExpected(typed: string): number | null | undefined {
  const text = typed.trim();
  if (text === '' || text === 'null') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
