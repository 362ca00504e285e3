/** Checks of greedy completions, made as rollouts are: prefill, then decode over a cache. */
import { policyFeeds } from '../../model/policy.ts';
import type { TokenDecoder } from '../../model/tokenizer.ts';
import type { CompletionKey } from '../../protocol/completion.ts';
import type { SamplingConfig } from '../../protocol/experiment.ts';
import { Generator } from '../../rollout/generator.ts';
import { compareIds, type Findings } from './check.ts';
import type { Subject } from './subject.ts';

const GREEDY: SamplingConfig = { temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 };

/** References speak of ids, and the models that they are made for often have no tokenizer. */
const NO_TEXT: TokenDecoder = { decode: () => '', hasText: () => false };

/** The reference has the greedy tokens that follow the prompt of each group; an end-of-sequence token does not end them. */
export async function checkGreedy(
  { policy, reference, providers, threads }: Subject,
  findings: Findings,
): Promise<void> {
  const { greedy, group_size: groupSize } = reference.numbers;
  if (!greedy) {
    findings.leaveOut('greedy');
    return;
  }
  const groups = greedy.flatMap((expected, group) => {
    const prompt = reference.rows[group * groupSize]?.prompt;
    const key: CompletionKey = { step: 0, problem: group, occurrence: 0, round: 0, sample: 0 };
    if (prompt) return [{ prompt, keys: [key], expected }];
    findings.leaveOut(`greedy.${group}`, 'the reference has no group for it');
    return [];
  });
  const generator = new Generator({
    ...policy,
    feeds: () => policyFeeds(policy),
    tokenizer: NO_TEXT,
    eosTokenIds: [],
    providers,
    threads,
    seed: 0,
  });
  try {
    const completions = await generator.generate({
      kind: 'generate',
      keepPrompts: false,
      groups,
      purpose: 'evaluation',
      sampling: GREEDY,
      maxCompletionLength: Math.max(...greedy.map((tokens) => tokens.length)),
      stop: [],
      stopTokens: [],
      maxRows: groups.length,
    });
    for (const [group, { expected }] of groups.entries())
      findings.add(compareIds('greedy', `greedy.${group}`, completions[group]?.tokens ?? [], expected));
  } finally {
    await generator.release();
  }
}
