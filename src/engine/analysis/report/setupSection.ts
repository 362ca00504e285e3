/** What was run, down to every setting, and how to run it again. */
import { dirname, join } from 'node:path';
import { EXPERIMENT_FILE } from '../../run/layout.ts';
import type { RunReader } from '../../run/reader.ts';
import { describeValue } from '../../words/describeValue.ts';
import { percent, plural } from '../../words/format.ts';
import { quoted } from '../../words/quoted.ts';
import { hashesAt } from '../rewardHistory.ts';
import { heading, type Block } from './document.ts';
import { tasksOf } from '../../protocol/tasks.ts';

export function setup(reader: RunReader): Block[] {
  const { manifest } = reader;
  const experiment = reader.experiment();
  const hashes = hashesAt(manifest, [], 0);
  const facts: [string, string][] = [
    ['Started', manifest.createdAt],
    ['RLVR-Ops', manifest.engineVersion],
    ['Machine', `${manifest.platform}, ${manifest.provider}, ${threadsText(manifest.threads)}`],
    ['Seed', String(manifest.seed)],
    ['Model', `${experiment.model}, sha256 ${manifest.modelHash}`],
    ...datasetFacts(reader),
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
      text: commands(reader).join('\n'),
    },
    ...(experiment.control === 'random-reward'
      ? [
          {
            kind: 'text' as const,
            text: 'Take the line "control" out of the copy before it is trained: its rewards have the random one already.',
          },
        ]
      : []),
    heading('Every setting', 3),
    {
      kind: 'table',
      columns: ['Setting', 'Value'].map((title) => ({ title, numeric: false })),
      rows: Object.entries(experiment).map(([key, value]) => [key, describeValue(value)]),
    },
  ];
}

/** One line for each task, with what it was read from; the last is the hash of all. */
function datasetFacts(reader: RunReader): [string, string][] {
  const { datasetHash, datasets = [] } = reader.manifest;
  const tasks = tasksOf(reader.experiment());
  const [{ name: only, dataset }] = tasks;
  if (only === null) return [['Dataset', `${dataset.source}, sha256 ${datasetHash}`]];
  const all = tasks.reduce((sum, { weight }) => sum + weight, 0);
  return [
    ...tasks.map(({ name, weight, rewards, solvedBy, dataset: { source } }): [string, string] => {
      const own = datasets.filter(({ task }) => task === name);
      const read = own.length === 0 ? [source] : own.map((origin) => `${origin.source}, sha256 ${origin.sha256}`);
      const share = `weight ${weight} (${percent(weight / all)} of the problems drawn)`;
      return [
        `Task ${name ?? ''}`,
        [...read, share, `rewards ${rewards.join(', ')}`, `solved by ${solvedBy}`].join('; '),
      ];
    }),
    ['Datasets', `together sha256 ${datasetHash}`],
  ];
}

function threadsText(threads: number): string {
  return threads === 0 ? 'threads chosen by the runtime' : plural(threads, 'thread');
}

/** The run's own settings are trained, not those of the file that it was started with, which `--set` or an edit may have made others. */
function commands({ dir, manifest }: RunReader): string[] {
  const { experimentPath, gitCommit, id, threads } = manifest;
  // Beside the original, to whose folder its paths are relative.
  const copy = quoted(join(dirname(experimentPath), `${id}.rlvr.json`));
  return [
    ...(gitCommit === null ? [] : [`git checkout ${gitCommit}`]),
    `cp ${quoted(join(dir, EXPERIMENT_FILE))} ${copy}`,
    `rlvr train ${copy}${threads === 0 ? '' : ` --set threads=${threads}`}`,
  ];
}
