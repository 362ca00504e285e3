/** How files of pinned cases end: `reward.reward-cases.json` lies beside `reward.ts`. */
export const CASES_EXTENSION = '.reward-cases.json';
