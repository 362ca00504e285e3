/** What was run, down to every setting, and how to run it again. */
import type { RunReader } from '../../run/reader.ts';
import { describeValue } from '../../words/describeValue.ts';
import { plural } from '../../words/format.ts';
import { hashesAt } from '../rewardHistory.ts';
import { heading, type Block } from './document.ts';

export function setup(reader: RunReader): Block[] {
  const { manifest } = reader;
  const experiment = reader.experiment();
  const hashes = hashesAt(manifest, [], 0);
  const facts: [string, string][] = [
    ['Started', manifest.createdAt],
    ['RLVR-Ops', manifest.engineVersion],
    ['Machine', `${manifest.platform}, ${manifest.provider}, ${plural(manifest.threads, 'thread')}`],
    ['Seed', String(manifest.seed)],
    ['Model', `${experiment.model}, sha256 ${manifest.modelHash}`],
    ['Dataset', `${experiment.dataset.source}, sha256 ${manifest.datasetHash}`],
    ...Object.entries(hashes).map(([name, hash]): [string, string] => [`Reward ${name}`, `sha256 ${hash}`]),
    [
      'Code',
      manifest.gitCommit === null
        ? 'outside a repository'
        : `commit ${manifest.gitCommit}${manifest.gitDirty ? ', with changes that are in the run as code.diff' : ''}`,
    ],
  ];
  return [
    heading('What was run'),
    {
      kind: 'table',
      columns: ['', ''].map((title) => ({ title, numeric: false })),
      rows: facts,
    },
    heading('How to reproduce it', 3),
    {
      kind: 'text',
      text:
        'On a machine of this kind with this version, model, dataset, rewards and number of threads, the settings below give the same run, byte for byte but ' +
        'for its times. The run folder has them as experiment.json, and the rewards as they ran in rewards/.',
    },
    {
      kind: 'verbatim',
      title: 'Commands',
      text: [
        ...(manifest.gitCommit === null ? [] : [`git checkout ${manifest.gitCommit}`]),
        `rlvr train ${manifest.experimentPath} --set threads=${manifest.threads} --set seed=${manifest.seed}`,
      ].join('\n'),
    },
    heading('Every setting', 3),
    {
      kind: 'table',
      columns: ['Setting', 'Value'].map((title) => ({ title, numeric: false })),
      rows: Object.entries(experiment).map(([key, value]) => [key, describeValue(value)]),
    },
  ];
}
