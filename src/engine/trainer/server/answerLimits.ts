/** What a completion may take of time and bytes: more than a judge's short reply does. */
import { SHORT_ANSWER, type AnswerLimits } from '../../reward/services/apiClient.ts';

/** As long as a large model on a processor takes for a token. */
const TOKEN_MS = 500;
/** With its log-probability and its bytes, in either form of the API. */
const TOKEN_BYTES = 512;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * @param maxTokens that the completion may have
 * @param requests at a time: a server that works one after another begins the last of them when the others are done
 */
export function answerLimits(maxTokens: number, requests: number): AnswerLimits {
  return {
    timeoutMs: Math.min(DAY_MS, requests * (SHORT_ANSWER.timeoutMs + maxTokens * TOKEN_MS)),
    maxBytes: SHORT_ANSWER.maxBytes + maxTokens * TOKEN_BYTES,
  };
}
