/** What the schema cannot say of a dataset: entries that contradict each other, and names that nothing has. */
import type { DatasetConfig } from './datasetConfig.ts';
import { fewShotSetNames, isFewShotSet } from './fewShotSets.ts';
import { hubSourceProblem, isHubSource } from './hubSource.ts';
import type { Problem } from './jsonIssues.ts';
import type { EntryPath } from './jsonSource.ts';
import { nearest } from './nearest.ts';

/** @param at where the dataset is in the experiment */
export function datasetProblems(dataset: DatasetConfig, at: EntryPath): Problem[] {
  const problems: Problem[] = [];
  if (dataset.system !== undefined && !dataset.chat) {
    const message = 'a system message is used only with `chat: true`; set that or remove it';
    problems.push({ path: [...at, 'system'], message });
  }
  for (const key of ['source', 'validation', 'test'] as const) {
    const source = dataset[key];
    const message = typeof source === 'string' && isHubSource(source) ? hubSourceProblem(source) : null;
    if (message !== null) problems.push({ path: [...at, key], message });
  }
  const { fewShot } = dataset;
  // A file has an ending.
  if (typeof fewShot === 'string' && !isFewShotSet(fewShot) && !fewShot.includes('.')) {
    const guess = nearest(fewShot, fewShotSetNames);
    const message =
      `there is no set of examples "${fewShot}"; ${guess === undefined ? '' : `did you mean "${guess}"? `}` +
      `built in: ${fewShotSetNames.join(', ')}; a file is named with its ending, such as "examples.jsonl"`;
    problems.push({ path: [...at, 'fewShot'], message });
  }
  return problems;
}
