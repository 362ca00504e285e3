/** What a rollout may hold of keys and values. */

/**
 * Memory that the keys and values of all rows and their prompts may take; where `maxRows` would need more, fewer rows are decoded at
 * once. A gigabyte holds 32 rows of GPT-2 with nothing in common and 400 tokens each, or 64 completions of 128 tokens in groups of 8 with
 * prompts of 660: enough that a step's time goes into the rows and not into reading the weights.
 */
export const MAX_CACHE_BYTES = 2 ** 30;

/** Memory that prompts may take which are kept from one call for the next, beside what is decoded from: 3,600 tokens of GPT-2. */
export const MAX_KEPT_BYTES = 2 ** 28;
