/** What runs have in common beside their parameters. */
import type { ComparedRun, ComparedThing, RunsOverview } from '../../protocol/comparison.ts';

/** In the order in which they are named. */
const THINGS: readonly (readonly [thing: ComparedThing, name: string])[] = [
  ['model', 'model'],
  ['dataset', 'dataset'],
  ['heldOut', 'held-out problems'],
  ['rewards', 'reward code'],
  ['code', 'code around the experiment'],
];

/** Whether the runs agree; null where that is not known of all of them. */
export function agreementOf(runs: readonly ComparedRun[]): RunsOverview['same'] {
  const agree = (thing: ComparedThing): boolean | null => {
    const found = runs.map(({ provenance }) => provenance[thing]);
    return found.includes(null) ? null : new Set(found).size <= 1;
  };
  return {
    model: agree('model'),
    dataset: agree('dataset'),
    heldOut: agree('heldOut'),
    rewards: agree('rewards'),
    code: agree('code'),
  };
}

/** `Not the same: reward code. The same: model, dataset.` */
export function agreementSentence(same: RunsOverview['same']): string {
  const sentence = (start: string, wanted: boolean | null): string[] => {
    const names = THINGS.filter(([thing]) => same[thing] === wanted).map(([, name]) => name);
    return names.length === 0 ? [] : [`${start}: ${names.join(', ')}.`];
  };
  return [...sentence('Not the same', false), ...sentence('The same', true), ...sentence('Not known', null)].join(' ');
}
