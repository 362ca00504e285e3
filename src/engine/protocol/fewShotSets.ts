/**
 * Worked examples that come with the product, by the name that `dataset.fewShot` gives them. They are this project's own problems, written
 * in the style of chain-of-thought prompting (Wei et al. 2022, arXiv:2201.11903); they are not the paper's, so a number measured with them
 * is not a number of the paper's prompt. The problems are in `data/fewShot/rlvr-cot.json`.
 */

export const fewShotSetNames = ['rlvr-cot-8', 'rlvr-cot-5'] as const;
export type FewShotSetName = (typeof fewShotSetNames)[number];

/** How many of the problems each has, from the first on. */
export const fewShotSetSizes: Readonly<Record<FewShotSetName, number>> = { 'rlvr-cot-8': 8, 'rlvr-cot-5': 5 };

export function isFewShotSet(name: string): name is FewShotSetName {
  return fewShotSetNames.some((known) => known === name);
}
