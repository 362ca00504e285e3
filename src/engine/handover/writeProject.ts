/** The door of this room: an experiment as a folder that TRL or verl trains from. */
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../protocol/errors.ts';
import type { HandOverReply, Remark, Trainer } from '../protocol/handover.ts';
import { tasksOf } from '../protocol/tasks.ts';
import { writeFileWhole } from '../run/durable.ts';
import { writeParquet } from '../run/table/parquet.ts';
import { commonRemarks } from './commonRemarks.ts';
import type { FoundExperiment } from './findExperiment.ts';
import { openForHandover, type HandedExperiment } from './openExperiment.ts';
import { trlTable, verlTable, type ParquetTable, type WrittenProblem } from './problemRows.ts';
import { promptText } from './promptText.ts';
import { readme } from './readme.ts';
import { missing } from './remark.ts';
import { rewardFiles, type ProjectFile } from './rewardFiles.ts';
import { repeatedByWeight } from './taskWeights.ts';
import { grpoArguments } from './trl/grpoArguments.ts';
import { trainScript } from './trl/trainScript.ts';
import { verlOverrides } from './verl/overrides.ts';
import { runScript } from './verl/runScript.ts';

export interface ProjectOptions extends FoundExperiment {
  readonly trainer: Trainer;
  /** Absolute; made where it is missing, and must be empty. */
  readonly outDir: string;
}

export type WrittenProject = Omit<HandOverReply, 'kind'>;

/** @throws UserError for what of the experiment cannot be used, and where the folder cannot be written or has something in it */
export async function writeProject(options: ProjectOptions): Promise<WrittenProject> {
  requireEmpty(options.outDir);
  const handed = await openForHandover(options.experiment, options.experimentPath);
  const { files, tables, remarks } = (options.trainer === 'trl' ? trlProject : verlProject)(handed, options.title);
  const all: readonly ProjectFile[] = [
    ...files,
    ...rewardFiles(handed),
    { path: SHIM, contents: readFileSync(shimPath) },
  ];
  for (const { path, contents } of all) write(options.outDir, path, (append) => append(contents));
  for (const { path, table } of tables)
    write(options.outDir, path, (append) => writeParquet(table.columns, table.rows, append));
  return {
    files: [...all, ...tables].map(({ path }) => path).sort(),
    remarks: [...remarks],
    warnings: [...handed.warnings],
  };
}

interface Project {
  readonly files: readonly ProjectFile[];
  readonly tables: readonly { readonly path: string; readonly table: ParquetTable }[];
  readonly remarks: readonly Remark[];
}

const PARTS = ['train', 'validation', 'test'] as const;
const SHIM = 'rlvr_rewards.py';
const DATA_FILES = 'the problems, their prompts written as RLVR-Ops writes them, and the whole row beside them as JSON';
const REWARD_FILES = 'the reward functions, called from the copies in `rewards/`, which `rewards.json` names';

/** In a bundle it lies beside the door. */
const shimPath = fileURLToPath(
  new URL(import.meta.url.endsWith('/handover/writeProject.ts') ? `python/${SHIM}` : SHIM, import.meta.url),
);

function trlProject(handed: HandedExperiment, title: string): Project {
  const { experiment, modelPath, adapterPath } = handed;
  const { tables, inexact } = tablesOf(handed, true, trlTable);
  const remarks = [...grpoArguments(experiment).remarks, ...commonRemarks(handed, inexact)];
  const hasValidation = handed.problems.validation.length > 0;
  const script = trainScript({ experiment, title, modelPath, adapterPath, hasValidation });
  const about = {
    title,
    trainer: 'TRL' as const,
    start: ['pip install "trl[peft]"', 'python train.py'],
    files: [
      ['train.py', 'the experiment as arguments of `GRPOConfig`'],
      ['*.parquet', DATA_FILES],
      [SHIM, REWARD_FILES],
    ] as const,
    remarks,
  };
  return {
    files: [
      { path: 'train.py', contents: script },
      { path: 'README.md', contents: readme(about, handed) },
    ],
    tables,
    remarks,
  };
}

function verlProject(handed: HandedExperiment, title: string): Project {
  const { experiment, modelPath, adapterPath, problems } = handed;
  const { tables, inexact } = tablesOf(handed, false, (written) => verlTable(written, title));
  const longest = Math.max(1, ...PARTS.flatMap((part) => problems[part].map(({ tokens }) => tokens.length)));
  const { values, remarks: own } = verlOverrides(experiment, longest);
  const grouped = handed.rewards.filter(({ config, convention }) => config.per === 'group' || convention === 'trl');
  const remarks = [
    ...own,
    ...(adapterPath === null
      ? []
      : [
          missing(
            'lora.from',
            'The adapter to continue from is not given to verl; name it in `actor_rollout_ref.model.lora_adapter_path`.',
          ),
        ]),
    ...grouped.map(({ name }) =>
      missing('rewards[].per', `verl scores one completion at a time: "${name}" is given groups of one.`),
    ),
    missing(
      'rewards',
      'verl scores completions one by one and counts no tokens for it: `index` and `completionTokens` are 0, and there is no `step`.',
    ),
    ...commonRemarks(handed, inexact),
  ];
  const about = {
    title,
    trainer: 'verl' as const,
    start: ['sh run.sh'],
    files: [
      ['run.sh', "the experiment as overrides of verl's configuration, as of verl 0.7"],
      ['*.parquet', DATA_FILES],
      [SHIM, REWARD_FILES],
    ] as const,
    remarks,
  };
  return {
    files: [
      { path: 'run.sh', contents: runScript(values, modelPath, title) },
      { path: 'README.md', contents: readme(about, handed) },
    ],
    tables,
    remarks,
  };
}

function tablesOf(
  handed: HandedExperiment,
  addSpecialTokens: boolean,
  table: (problems: readonly WrittenProblem[]) => ParquetTable,
): { readonly tables: Project['tables']; readonly inexact: number } {
  let inexact = 0;
  const tasks = tasksOf(handed.experiment);
  const tables = PARTS.filter((part) => handed.problems[part].length > 0).map((part) => {
    const written = handed.problems[part].map((problem): WrittenProblem => {
      const { text, exact } = promptText(problem, handed, addSpecialTokens);
      if (!exact) inexact++;
      return { problem, text, copy: 0 };
    });
    const repeated = (): WrittenProblem[] =>
      repeatedByWeight(written, tasks, ({ problem }) => problem.task).map(({ item, copy }) => ({ ...item, copy }));
    const drawn = part === 'train' ? repeated() : written;
    return { path: `${part}.parquet`, table: table(drawn) };
  });
  return { tables, inexact };
}

/** What lies there is somebody's. */
function requireEmpty(outDir: string): void {
  const stats = statSync(outDir, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isDirectory()) throw new UserError(`${outDir} is a file; name a folder to write the project to.`);
  if (readdirSync(outDir).length > 0)
    throw new UserError(`The folder ${outDir} is not empty. Name another, or empty it first.`);
}

function write(outDir: string, path: string, fill: (append: (data: string | Uint8Array) => void) => void): void {
  const file = join(outDir, ...path.split('/'));
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileWhole(file, fill);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`Cannot write ${file} (${reason}). Check the folder, its permissions and the free space.`);
  }
}
