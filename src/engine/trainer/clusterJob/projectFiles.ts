/** What of a project an experiment needs, and nothing else: its file, its data, its reward code, its model. */
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { PackedFile } from '../../cluster/jobs/packages.ts';
import { sourcesOf } from '../../data/sources.ts';
import { hubModelOf } from '../../model/findModel.ts';
import { isBuiltinModel } from '../../protocol/builtinModels.ts';
import { UserError } from '../../protocol/errors.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import { isFewShotSet } from '../../protocol/fewShotSets.ts';
import { isHubSource } from '../../protocol/hubSource.ts';
import { tasksOf } from '../../protocol/tasks.ts';
import { LIBRARY_IDENTITY } from '../../reward/libraryModule.ts';
import { loadRewardFiles } from '../../reward/loadRewardFiles.ts';
import type { RewardFile } from '../../reward/scorer.ts';
import { judgeEndpoints } from '../../reward/services/judge.ts';

export interface ProjectFiles {
  /** Folder that all of them are in, absolute. */
  readonly root: string;
  readonly files: readonly PackedFile[];
  /** Path of the experiment in it. */
  readonly experiment: string;
  /** What the job gets from the hub, as words behind `rlvr get`. */
  readonly gets: readonly ('dataset' | 'model')[];
  /** What is not sent, in sentences. */
  readonly notes: readonly string[];
}

/** What a model, an adapter or a dataset is read from; a folder may have gigabytes of other formats beside it. */
const MODEL_FILES = /\.(?:json|safetensors|txt|model|jinja)$/;

/** Never sent, though an experiment or a reward names it. */
const SECRET_FILES =
  /(?:^|\/)(?:\.env[^/]*|\.git|\.ssh|\.aws|\.rlvr|\.netrc|\.npmrc|\.pypirc|node_modules|id_[a-z0-9]+|[^/]*\.(?:pem|key|p12|pfx))(?:\/|$)/i;

/**
 * Its rewards are loaded, so that what is sent is known to load. A relative path is sent; one that is absolute is of the cluster's nodes.
 * @param path of the experiment file, absolute
 * Rejects with UserError where something that it names is not there, or is no file to send
 */
export async function projectFiles(experiment: Experiment, path: string): Promise<ProjectFiles> {
  const baseDir = dirname(path);
  const files = new Set([path]);
  const notes: string[] = [];
  const gets: ('dataset' | 'model')[] = [];
  const add = (named: string, list: (file: string) => readonly string[]): void => {
    if (isAbsolute(named)) notes.push(`${named} is an absolute path: the nodes of the cluster must have it.`);
    else for (const file of list(resolve(baseDir, named))) files.add(file);
  };
  const { model, lora, full } = experiment;
  const configs = tasksOf(experiment).map(({ dataset }) => dataset);
  const sources = configs.flatMap(sourcesOf).map(({ source }) => source);
  if (sources.some(isHubSource)) {
    gets.push('dataset');
    notes.push('Datasets of the hub are fetched by the cluster.');
  }
  for (const source of sources.filter((named) => !isHubSource(named))) add(source, oneFile);
  for (const { fewShot } of configs) if (typeof fewShot === 'string' && !isFewShotSet(fewShot)) add(fewShot, oneFile);
  if ((await hubModelOf(model, baseDir)) !== null) {
    gets.push('model');
    notes.push(`${model} is fetched from the hub by the cluster.`);
  } else if (!isBuiltinModel(model)) add(model, modelFiles);
  if (lora?.from !== undefined && !full) add(lora.from, modelFiles);
  requireNoJudge(experiment);
  const rewards = experiment.rewards.filter(({ file }) => file !== undefined && !isAbsolute(file));
  const { files: code } = await loadRewardFiles(rewards, baseDir);
  code.forEach(requireNoPackages);
  for (const { root, sources: own } of code) for (const { name } of own) files.add(join(root, ...name.split('/')));
  for (const { file } of experiment.rewards) if (file !== undefined && isAbsolute(file)) add(file, oneFile);
  const root = commonFolder([...files]);
  const packed = [...files].map((file) => ({ path: relative(root, file).split(sep).join('/'), file }));
  const secret = packed.find((file) => SECRET_FILES.test(file.path));
  if (secret !== undefined)
    throw new UserError(
      `${secret.file} would be sent to the cluster, and a file of that name may hold a secret. Keep what the experiment needs in another.`,
    );
  packed.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { root, files: packed, experiment: relative(root, path).split(sep).join('/'), gets, notes };
}

/** Its key stays on this machine, and who scores does not. */
function requireNoJudge({ rewards }: Experiment): void {
  const [judge] = judgeEndpoints(rewards);
  if (judge !== undefined)
    throw new UserError(
      `The experiment asks the judge ${judge}, which a job cannot: its key stays on this machine. Train it where rewards are scored here (--ray with the address of a head, such as host:6379, or without a cluster), or take the judge's reward out.`,
    );
}

/** Packages are not sent: they may be gigabytes, and built for this machine. */
function requireNoPackages({ file, packages }: RewardFile): void {
  const [imported] = packages.filter((name) => name !== LIBRARY_IDENTITY);
  if (imported !== undefined)
    throw new UserError(
      `${file} imports ${imported} from node_modules, which is not sent to a job. Copy what it needs of it into a file of the project, or train where rewards are scored on this machine (--ray with the address of a head, such as host:6379, or without a cluster).`,
    );
}

function oneFile(file: string): readonly string[] {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    throw new UserError(`There is no file ${file}, which the experiment names.`);
  return [file];
}

function modelFiles(folder: string): readonly string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UserError(`There is no folder ${folder}, which the experiment names ${basename(folder)}.`);
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((file) => MODEL_FILES.test(file) && statSync(file).isFile());
}

function commonFolder(files: readonly string[]): string {
  const [first = [], ...others] = files.map((file) => dirname(file).split(sep));
  const end = first.findIndex((part, index) => others.some((other) => other[index] !== part));
  return (end === -1 ? first : first.slice(0, end)).join(sep) || sep;
}
