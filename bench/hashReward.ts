/** A reward for benchmarks: a score of its own for every text, so that each group has variance and no row is skipped, whatever a model writes. */

/** FNV-1a of the text, between 0 and 1; `peers/hash_reward.py` is the same in Python. The source of a reward file. */
export const HASH_REWARD = `
export const hashed = ({ completion }) => {
  let hash = 2166136261;
  for (const char of completion) hash = Math.imul(hash ^ char.codePointAt(0), 16777619) >>> 0;
  return hash / 2 ** 32;
};
`;
