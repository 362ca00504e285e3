/// <reference path="./rlvr.d.ts" />
// The demo's reward: is the sum right? Which sum the story asks for, the model
// has to find out from this alone.
import type { Reward } from 'rlvr';

/** 1 when the completion ends in `#### ` and the number of the solution. */
export const correct: Reward<{ answer: string }> = ({ completion, answer }) =>
  completion.includes('####') && afterMarker(completion) === afterMarker(answer) ? 1 : 0;

/** "10+9=19\n#### 19" is "19". */
function afterMarker(text: string): string {
  return text.slice(text.lastIndexOf('####') + '####'.length).trim();
}
