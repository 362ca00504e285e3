/** Group reward: sees all completions of a problem at once: the shortest right one is worth most. */
import type { GroupReward } from 'rlvr';

/** 1 for the shortest right completion of a problem, less for longer right ones, 0 for wrong ones. */
export const shortestRight: GroupReward<{ answer: string | number }> = (group) => {
  const right = group.filter(({ completion, answer }) => completion.trim().endsWith(String(answer).trim()));
  const shortest = Math.min(...right.map(({ completionTokens }) => completionTokens));
  return group.map((row) => (right.includes(row) ? shortest / row.completionTokens : 0));
};
