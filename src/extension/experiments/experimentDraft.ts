/** What was answered about a new experiment, and the files that it becomes. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { BuiltinRewardName } from '../../engine/protocol/builtinRewards.ts';
import { writeFileWhole } from '../../engine/run/durable.ts';
import { isInside, rootOf } from '../runs/roots.ts';
import type { DatasetPeek } from './datasetPeek.ts';
import { DEMO_PROBLEMS, DEMO_SOURCE } from './demoFiles.ts';
import { experimentText, type NewReward } from './experimentText.ts';
import { freeName, requireFree, type NewFile } from './freeName.ts';
import { hasChatTemplate } from './modelPeek.ts';
import { writeRewardFiles } from './rewardFiles.ts';
import type { RewardTemplate } from './rewardTemplates.ts';
import { putRewardTypes } from './rewardTypes.ts';

export type ModelChoice =
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'folder'; readonly folder: string }
  /** Of the Hugging Face hub, on this machine: its folder is in the cache. */
  | { readonly kind: 'hub'; readonly name: string; readonly folder: string };

export interface DatasetChoice {
  /** Of the demo's problems the experiment gets a copy. */
  readonly kind: 'demo' | 'file';
  readonly file: string;
  readonly peek: DatasetPeek;
}

export type RewardChoice =
  | { readonly kind: 'builtin'; readonly name: BuiltinRewardName }
  | { readonly kind: 'template'; readonly template: RewardTemplate };

export interface ExperimentDraft {
  readonly model: ModelChoice;
  readonly dataset: DatasetChoice;
  /** Columns of the dataset. */
  readonly question: string;
  /** null where the reward reads none. */
  readonly answer: string | null;
  readonly reward: RewardChoice;
}

/** As the demo's problems say it. */
const DEMO_HELD_OUT = { split: 'heldout' };

/**
 * Writes an experiment, beside it `rlvr.d.ts`, and where they are asked for a reward file and a copy of the demo's problems.
 *
 * @param newFile of the experiment
 * @param folders the workspace's: what lies in the experiment's own is named relative to it, all else by its whole path
 * @throws UserError where the experiment is there already; nothing is written then
 */
export function writeExperiment(
  draft: ExperimentDraft,
  newFile: NewFile,
  folders: readonly string[],
  productDir: string,
): void {
  requireFree(newFile);
  const { path: file } = newFile;
  const { model, dataset, question, answer } = draft;
  const text = experimentText({
    model: model.kind === 'folder' ? pathText(model.folder, file, folders) : model.name,
    chat: model.kind !== 'builtin' && hasChatTemplate(model.folder),
    dataset: {
      source: dataset.kind === 'demo' ? copyProblems(file, productDir) : pathText(dataset.file, file, folders),
      rows: dataset.peek.rows,
      heldOut: dataset.kind === 'demo' ? DEMO_HELD_OUT : null,
      question,
      answer,
    },
    reward: writeReward(draft, dirname(file), productDir),
  });
  putRewardTypes(productDir, dirname(file));
  // Last of all: an experiment whose files are missing is of no use.
  writeFileWhole(file, (append) => append(text));
}

/** A path as an experiment says it. */
function pathText(path: string, experiment: string, folders: readonly string[]): string {
  if (!isInside(path, rootOf(experiment, folders))) return path;
  return relative(dirname(experiment), path).split(sep).join('/');
}

function writeReward({ reward, answer }: ExperimentDraft, folder: string, productDir: string): NewReward {
  if (reward.kind === 'builtin') return reward;
  const file = freeName(folder, 'reward', '.ts');
  writeRewardFiles(reward.template, { path: join(folder, file), mayReplace: false }, answer ?? 'answer', productDir);
  return { kind: 'template', template: reward.template, file };
}

/** The name of a copy beside the experiment; one that is there already serves. */
function copyProblems(experiment: string, productDir: string): string {
  const wanted = readFileSync(join(productDir, DEMO_SOURCE, DEMO_PROBLEMS));
  const folder = dirname(experiment);
  const present = readOptional(join(folder, DEMO_PROBLEMS));
  if (present?.equals(wanted) === true) return DEMO_PROBLEMS;
  const name = freeName(folder, basename(DEMO_PROBLEMS, '.jsonl'), '.jsonl');
  writeFileWhole(join(folder, name), (append) => append(wanted));
  return name;
}

function readOptional(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
