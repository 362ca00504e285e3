/// <reference path="./rlvr.d.ts" />
/** The demo's reward: is the sum right? Which sum the story asks for, the model has to find out from this alone. */
import type { Reward } from 'rlvr';

/** 1 when what follows the last `####` of the completion is the answer, which follows the last `####` of the row's solution. */
export const correct: Reward<{ answer: string }> = ({ completion, answer }) =>
  completion.includes('####') && afterMarker(completion) === afterMarker(answer) ? 1 : 0;

function afterMarker(text: string): string {
  return text.slice(text.lastIndexOf('####') + '####'.length).trim();
}
