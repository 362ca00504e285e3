/** What tokens can be coloured by, as a person chooses it. */
import type { Heat } from '../../engine/protocol/panels/outputsRequests.ts';

export const HEAT_NAMES: Readonly<Record<Heat, string>> = {
  none: 'No colours',
  logprob: 'Log-probability',
  entropy: 'Entropy',
  ratio: 'Ratio',
  old: 'Replay: old log-probability',
  after: 'Replay: new log-probability',
  updateRatio: 'Replay: ratio in the update',
  clipped: 'Replay: clipped',
  kl: 'Replay: KL',
  lossShare: 'Replay: share of the loss',
};

export const HEAT_WORDS: Readonly<Record<Heat, string>> = {
  none: '',
  logprob: 'How likely the policy found the token it wrote',
  entropy: 'How undecided the policy was, in nats',
  ratio: "The policy's probability over the one it was drawn with",
  old: 'How likely the token was to the policy before the step',
  after: 'How likely the token is to the policy after the step',
  updateRatio: "The trained policy's probability over the old policy's",
  clipped: 'Tokens whose ratio had no gradient',
  kl: 'How far the trained policy is from the reference, in nats',
  lossShare: "How much of the loss is the token's, whatever its sign",
};
