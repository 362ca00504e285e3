/** Shaping schedule: credit for the tags at the beginning, which fades until only being right counts. */
import type { Reward } from 'rlvr';
import { correct } from './numberMatch.ts';
import { tags } from './thinkTags.ts';

/** What all tags are worth at the first step, beside being right, which is worth 1. */
const HELP = 0.5;
/** After so many steps they are worth nothing. */
const FADE_STEPS = 50;

/** While hardly an answer is right, the tags are something to learn from; later they would be something to live on. */
export const shaped: Reward<{ answer: string | number }> = async (input) => {
  const right = Number(await correct(input));
  const formed = Number(await tags(input));
  return right + HELP * fading(input.step) * formed;
};

/** From 1 at the first step in a straight line to 0; 0 where nothing is trained, so that what is measured does not change its meaning. */
function fading(step: number | null): number {
  return step === null ? 0 : Math.max(0, 1 - (step - 1) / FADE_STEPS);
}
