/** What the evaluation of a model behind an API came to, in sentences. */
import type { MeasuredSummary } from '../../protocol/events.ts';
import type { TokenPrices } from '../../protocol/policyServer.ts';
import type { PlanServerReply } from '../../protocol/serverRequests.ts';
import { count, money, plural } from '../../words/format.ts';
import { measureSentences } from '../lenient/lenientWords.ts';
import { accuracySentence } from '../outcome.ts';
import { taskAccuracies } from '../taskWords.ts';

/** @param cost by the prices given; null without */
export function serverLines(
  summary: MeasuredSummary,
  usage: { readonly input: number; readonly output: number },
  cost: number | null,
): string[] {
  return [accuracySentence(summary), ...taskAccuracies(summary), ...measureSentences(summary), serverCost(usage, cost)];
}

/** @param cost by the prices given; null without */
export function serverCost(usage: { readonly input: number; readonly output: number }, cost: number | null): string {
  const priced = cost === null ? '' : ` That is ${money(cost)} by the prices given.`;
  return `${count(usage.input)} tokens of prompts and ${count(usage.output)} of completions.${priced}`;
}

type Plan = Omit<PlanServerReply, 'kind'>;

/** What an evaluation would ask and cost, before it is begun. @param prices null without */
export function planLines(plan: Plan, address: string, prices: TokenPrices | null): string[] {
  const { problems, samples, form, promptTokens, completionTokens, known, judges } = plan;
  const kind = form === 'chat' ? 'a conversation' : 'a text to continue';
  const cost = prices && (promptTokens * prices.input + completionTokens * prices.output) / 1e6;
  return [
    `${plural(problems * samples, 'request')}: ${plural(problems, 'problem')}, ${plural(samples, 'sample')} of each, each as ${kind}.` +
      (known === 0 ? '' : ` ${count(known)} were answered in a call that did not finish, and are not asked again.`),
    `About ${plural(promptTokens, 'token')} of prompts, and up to ${count(completionTokens)} of completions, as the tokenizer of the run counts them.` +
      (cost === null
        ? ''
        : ` By the prices given that is up to about ${money(cost)}; a request that has to be repeated may be charged again.`),
    `The problems go to ${address}. ${judgedBy(judges)} The result is a run beside it.`,
  ];
}

function judgedBy(judges: readonly string[]): string {
  return judges.length === 0
    ? 'The rewards of the run score the answers on this machine.'
    : `The rewards of the run score the answers, and ask the judge at ${judges.join(' and ')}: what they tell it of problems and answers goes there, and may cost money too.`;
}
