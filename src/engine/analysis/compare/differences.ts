/** Where experiments differ: by structure, so that a value left out and a default written down are the same. */
import type { Difference } from '../../protocol/comparison.ts';
import type { Experiment, RewardConfig } from '../../protocol/experiment.ts';
import { rewardName } from '../../protocol/experimentChecks.ts';
import { rayEffect } from '../../protocol/rayConfig.ts';

/** What an experiment is called, where its schema is and what its machine costs change nothing of what it does. */
const WITHOUT_EFFECT = ['$schema', 'name', 'cost'];

/** The entries in which experiments differ, in the order of the file; none for fewer than two experiments. */
export function differences(experiments: readonly Experiment[]): Difference[] {
  return [...differing('', experiments.map(comparable)), ...ordersOfTasks(experiments)];
}

/** Their order decides the numbers of problems, and with them every draw: the same tasks in another order are another run. */
function ordersOfTasks(experiments: readonly Experiment[]): Difference[] {
  const orders = experiments.map(({ tasks = {} }) => Object.keys(tasks));
  const haveSame = sameValue(orders.map((names) => names.toSorted()));
  return haveSame && !sameValue(orders) ? [{ path: 'tasks', values: orders }] : [];
}

/** The paths of every entry that is no section itself. */
export function leafPaths(experiment: Experiment): string[] {
  return leaves('', comparable(experiment));
}

/**
 * The reward without the seed that a random one has of its run: it changes nothing of what is asked. A seed of its own is kept.
 * @param seed the run's
 */
export function withoutRunSeed(reward: RewardConfig, seed: number): RewardConfig {
  if (reward.file !== undefined || reward.function !== 'random' || reward.options.seed !== seed) return reward;
  return { ...reward, options: Object.fromEntries(Object.entries(reward.options).filter(([key]) => key !== 'seed')) };
}

/** Rewards by name in place of by position, and of the cluster what has an effect. */
function comparable(experiment: Experiment): Section {
  const rewards = experiment.rewards.map((reward): [string, unknown] => [
    `[${rewardName(reward)}]`,
    withoutRunSeed(reward, experiment.seed),
  ]);
  const changed = { rewards: Object.fromEntries(rewards), ray: rayEffect(experiment) };
  const entries: [string, unknown][] = Object.entries({ ...experiment, ...changed });
  return Object.fromEntries(entries.filter(([key]) => !WITHOUT_EFFECT.includes(key)));
}

type Section = Readonly<Record<string, unknown>>;

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function differing(path: string, values: readonly unknown[]): Difference[] {
  if (!values.every(isSection)) return sameValue(values) ? [] : [{ path, values }];
  const keys = new Set(values.flatMap((section) => Object.keys(section)));
  return [...keys].flatMap((key) =>
    differing(
      join(path, key),
      values.map((section) => section[key]),
    ),
  );
}

function leaves(path: string, value: unknown): string[] {
  if (!isSection(value)) return [path];
  return Object.entries(value).flatMap(([key, entry]) => leaves(join(path, key), entry));
}

function join(path: string, key: string): string {
  return path === '' || key.startsWith('[') ? path + key : `${path}.${key}`;
}

/** Everything in an experiment is JSON; the order of keys says nothing. */
function sameValue(values: readonly unknown[]): boolean {
  return new Set(values.map(canonical)).size <= 1;
}

/** The same text for the same JSON value, whatever the order of its keys. */
export function canonical(value: unknown): string {
  if (value === undefined) return 'undefined';
  return JSON.stringify(value, (_, entry: unknown) => (isSection(entry) ? sorted(entry) : entry));
}

function sorted(section: Section): Section {
  return Object.fromEntries(Object.entries(section).sort(([a], [b]) => (a < b ? -1 : 1)));
}
