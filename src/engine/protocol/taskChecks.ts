/** What the schema cannot say of `tasks`: names that nothing has, and rewards that do not apply where they are needed. */
import { datasetProblems } from './datasetChecks.ts';
import type { Experiment, TaskConfig } from './experiment.ts';
import type { Problem } from './jsonIssues.ts';
import { nearest } from './nearest.ts';
import { TASK_NAME } from './taskName.ts';

/** An experiment has `dataset` or `tasks`. @param input as the file has it, whatever else is wrong with it */
export function sourceProblems(input: unknown): Problem[] {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return [];
  const { dataset, tasks }: { readonly dataset?: unknown; readonly tasks?: unknown } = input;
  if (dataset === undefined && tasks === undefined)
    return [{ path: ['dataset'], message: 'dataset: is required, or `tasks` with a dataset for each' }];
  if (dataset === undefined || tasks === undefined) return [];
  const message =
    'tasks: `dataset` and `tasks` exclude each other; make the dataset one of the tasks, or remove one of them';
  return [{ path: ['tasks'], message }];
}

/** @param rewards the names of the experiment's rewards */
export function taskProblems(
  { tasks, method }: Pick<Experiment, 'tasks' | 'method'>,
  rewards: readonly string[],
): Problem[] {
  if (tasks === undefined) return [];
  const named = Object.entries(tasks);
  if (named.length === 0) return [{ path: ['tasks'], message: 'it needs at least one task' }];
  return [
    ...named.flatMap(([name, task]) => [
      ...nameProblems(name),
      ...datasetProblems(task.dataset, ['tasks', name, 'dataset']),
      ...rewardProblems(name, task, rewards, method),
    ]),
    ...unusedRewards(Object.values(tasks), rewards),
  ];
}

function nameProblems(name: string): Problem[] {
  if (TASK_NAME.test(name)) return [];
  const message = 'the name of a task begins with a letter and has letters, digits, `-` and `_`, 32 at most';
  return [{ path: ['tasks', name], message }];
}

function rewardProblems(
  name: string,
  { rewards: own, solvedBy }: TaskConfig,
  rewards: readonly string[],
  method: Experiment['method'],
): Problem[] {
  const problems: Problem[] = [];
  const applying = own ?? rewards;
  if (method === 'grpo' && own?.length === 0) {
    const message = '`method: "grpo"` needs at least one reward that applies to the task';
    problems.push({ path: ['tasks', name, 'rewards'], message });
  }
  for (const [index, reward] of (own ?? []).entries()) {
    const message = rewards.includes(reward) ? twice(reward, own?.indexOf(reward) === index) : unknown(reward, rewards);
    if (message !== null) problems.push({ path: ['tasks', name, 'rewards', index], message });
  }
  if (solvedBy !== undefined && !applying.includes(solvedBy)) {
    const message = rewards.includes(solvedBy)
      ? `"${solvedBy}" does not apply to this task; add it to its \`rewards\`, or name one of ${applying.join(', ')}`
      : unknown(solvedBy, applying);
    problems.push({ path: ['tasks', name, 'solvedBy'], message });
  }
  return problems;
}

function unknown(reward: string, rewards: readonly string[]): string {
  const guess = nearest(reward, rewards);
  const known = rewards.length > 0 ? `it must be one of ${rewards.join(', ')}` : 'the experiment has none';
  return `"${reward}" is no reward; ${guess === undefined ? known : `did you mean "${guess}"?`}`;
}

function twice(reward: string, isFirst: boolean): string | null {
  return isFirst ? null : `"${reward}" is named twice; once is enough`;
}

/** One that no task asks for would score nothing, and be missed by nobody until the run is over. */
function unusedRewards(tasks: readonly TaskConfig[], rewards: readonly string[]): Problem[] {
  return [...rewards.entries()]
    .filter(([, reward]) => tasks.every((task) => task.rewards?.includes(reward) === false))
    .map(([index, reward]) => ({
      path: ['rewards', index],
      message: `no task names "${reward}" among its \`rewards\`; add it to one, or remove it`,
    }));
}
