/** What AI agents ask about runs; the answers are texts for them. */
import type { RunPlaces } from '../../engine/analysis/agents/places.ts';
import { findRun } from '../../engine/analysis/agents/places.ts';
import { runMetricsText } from '../../engine/analysis/agents/runMetrics.ts';
import { listRunsText } from '../../engine/analysis/agents/runSummaries.ts';
import { worstProblemsText } from '../../engine/analysis/agents/worstProblemsText.ts';
import type { ListRunsInput, RunMetricsInput, WorstProblemsInput } from '../../engine/protocol/agentTools.ts';
import type { Readers } from './readers.ts';

interface Question<Input> {
  readonly places: RunPlaces;
  readonly input: Input;
}

export const agentMethods = {
  agentListRuns: (_: Readers, { places, input }: Question<ListRunsInput>): string => listRunsText(places, input),

  /** @throws UserError where there is no such run, or it cannot be read */
  agentRunMetrics: (_: Readers, { places, input }: Question<RunMetricsInput>): string => runMetricsText(places, input),

  /** @throws UserError where there is no such run, or it cannot be read */
  agentWorstProblems: (_: Readers, { places, input }: Question<WorstProblemsInput>): string =>
    worstProblemsText(places, input),

  /** The folder of a run. @throws UserError where there is no such run */
  agentFindRun: (_: Readers, { places, run }: { readonly places: RunPlaces; readonly run: string }): string =>
    findRun(places, run),
};
