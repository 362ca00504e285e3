/** Think tags: a quarter for each of <think>, </think>, <answer> and </answer> that is there once. */
import type { Reward } from 'rlvr';

/** In the order in which they belong. */
const TAGS = ['<think>', '</think>', '<answer>', '</answer>'];

/**
 * The share of the tags that are in the completion exactly once. Partial credit teaches the form from nothing, where a pattern for
 * all of it never matches; in the manner of Open-R1's `tag_count_reward`.
 */
export const tags: Reward = ({ completion }) => {
  const once = TAGS.filter((tag) => completion.split(tag).length === 2);
  return once.length / TAGS.length;
};
