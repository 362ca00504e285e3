/** The prompts of one task of an experiment, written when they are asked for. */
import { basename, dirname, isAbsolute, relative } from 'node:path';
import { readParts } from '../data/parts.ts';
import { promptWriter, type Prompt } from '../data/prompts.ts';
import { describeRow, type DatasetRow } from '../data/row.ts';
import { withoutShown } from '../data/shownProblems.ts';
import { inTask } from '../data/taskWords.ts';
import { renderChat } from '../model/chatTemplate.ts';
import { findModel } from '../model/findModel.ts';
import { SharedPrefixTokenizer } from '../model/sharedPrefixTokenizer.ts';
import { UserError } from '../protocol/errors.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { taskAdvice } from '../protocol/promptAdvice.ts';
import { partNames, type PartName, type PreviewedPrompt, type PromptPreview } from '../protocol/preview.ts';
import { datasetEntryText, type Task } from '../protocol/tasks.ts';
import { examplesOrigin } from './examplesOrigin.ts';
import { partLengths } from './lengths.ts';
import type { PromptModel, PromptModels } from './promptModel.ts';
import { showPrompt } from './specialTokens.ts';

/** What is measured, and how much of it. */
export interface Measuring {
  /** Characters to encode, over all parts: a measure and no limit, as `LengthQuestion` says; Infinity for every prompt. */
  readonly budget: number;
  readonly signal: AbortSignal;
}

export class OpenedPrompts {
  /** Of each part those that are asked; parts without problems are not in it. */
  readonly rows: ReadonlyMap<PartName, readonly DatasetRow[]>;
  /** Worked examples, in the order of the prompt. */
  readonly examples: readonly DatasetRow[];
  readonly task: Task;
  readonly #experiment: Experiment;
  readonly #path: string;
  readonly #model: PromptModel;
  readonly #write: (row: DatasetRow) => Prompt;
  readonly #warnings: readonly string[];

  private constructor(
    experiment: Experiment,
    task: Task,
    path: string,
    model: PromptModel,
    { train, validation, test, examples, warnings }: Awaited<ReturnType<typeof readParts>>,
  ) {
    this.#experiment = experiment;
    this.task = task;
    this.#path = path;
    this.#model = model;
    this.examples = examples;
    const { dataset } = task;
    this.#write = promptWriter(dataset, examples, (messages) => renderChat(model.tokenizer, messages));
    const leaveOut = withoutShown(dataset, examples);
    const parts = partNames.map((name) => {
      const asked = leaveOut({ train, validation, test }[name], name);
      return { name, ...asked };
    });
    this.rows = new Map(parts.filter(({ rows }) => rows.length > 0).map(({ name, rows }) => [name, rows]));
    this.#warnings = [...warnings, ...parts.flatMap((part) => part.warnings)];
  }

  /**
   * @param task one of the experiment's
   * @param path of the experiment file, absolute
   * @throws UserError for whatever is wrong with the model, the data or the templates
   */
  static async open(experiment: Experiment, task: Task, path: string, models: PromptModels): Promise<OpenedPrompts> {
    const baseDir = dirname(path);
    const model = await models.get((await findModel(experiment.model, baseDir)).path);
    const parts = await inTask(task.name, () => readParts(task.dataset, baseDir, experiment.seed));
    return new OpenedPrompts(experiment, task, path, model, parts);
  }

  /** Tokens that a completion may have. Where nothing scores, nothing is sampled. */
  get #maxCompletionLength(): number {
    const { rewards, rollout } = this.#experiment;
    return rewards.length === 0 ? 0 : rollout.maxCompletionLength;
  }

  /** @throws UserError where the row lacks a column, or the model's chat template refuses its messages */
  prompt(part: PartName, index: number): PreviewedPrompt {
    const row = this.#row(part, index);
    return {
      task: this.task.name,
      part,
      index,
      row: describeRow(this.#named(row)),
      ...showPrompt(this.#write(row), this.#model.tokenizer),
    };
  }

  /**
   * Where in its part the row with this number is, of the first part that has it.
   * @throws UserError where none has: it is left out, or a worked example
   */
  find(number: number): { readonly part: PartName; readonly index: number } {
    for (const [part, rows] of this.rows) {
      const index = rows.findIndex(({ row }) => row === number);
      if (index !== -1) return { part, index };
    }
    throw new UserError(
      `No part has a row ${number}: rows are counted from 0, and those that serve as worked examples are in no part.`,
    );
  }

  /** @throws UserError as `prompt`, for any row measured */
  async measure({ budget, signal }: Measuring): Promise<PromptPreview> {
    const { seed, rewards } = this.#experiment;
    const { dataset } = this.task;
    const { contextLength, tokenizer } = this.#model;
    const maxCompletionLength = this.#maxCompletionLength;
    const shared = new SharedPrefixTokenizer(tokenizer);
    const parts = [];
    for (const [part, rows] of this.rows) {
      const measured = await partLengths({
        part,
        problems: rows.length,
        budget: budget / this.rows.size,
        measure: (index) => {
          const { text, addSpecialTokens } = this.#write(this.#row(part, index));
          return { characters: text.length, tokens: () => shared.encode(text, { addSpecialTokens }).length };
        },
        maxPromptTokens: dataset.filter.maxPromptTokens,
        room: contextLength - maxCompletionLength,
        signal,
      });
      parts.push(measured);
    }
    return {
      experiment: basename(this.#path),
      task: this.task.name,
      contextLength,
      maxCompletionLength,
      examples: examplesOrigin(
        this.task,
        this.examples.map((row) => this.#named(row)),
        dataset.splitSeed ?? seed,
      ),
      parts,
      warnings: [
        ...taskAdvice(this.task, rewards).map(({ message }) => message),
        ...this.#warnings,
        ...this.#textWarnings(),
      ],
    };
  }

  #row(part: PartName, index: number): DatasetRow {
    const rows = this.rows.get(part) ?? [];
    const row = rows[index];
    if (row !== undefined) return row;
    throw new UserError(
      rows.length === 0
        ? `The ${part} part has no problems.`
        : `The ${part} part has ${rows.length} problems, the last of which is number ${rows.length}.`,
    );
  }

  /** With its file as the experiment would name it, where it lies in the experiment's folder. */
  #named(row: DatasetRow): DatasetRow {
    const near = relative(dirname(this.#path), row.file);
    return isAbsolute(row.file) && !near.startsWith('..') && !isAbsolute(near) ? { ...row, file: near } : row;
  }

  /** What is seen on the first prompt of each part. */
  #textWarnings(): string[] {
    const first = Array.from(this.rows.values(), (rows) => rows.slice(0, 1).map((row) => this.#write(row))).flat();
    const { tokenizer } = this.#model;
    const lost = [...new Set(first.flatMap(({ text }) => Array.from(text)))].filter(
      (character) => tokenizer.encode(character, { addSpecialTokens: false }).length === 0,
    );
    const warnings: string[] = [];
    if (lost.length > 0)
      warnings.push(
        `The model's vocabulary has no token for ${lost.map((character) => JSON.stringify(character)).join(' ')}: the model does not see ` +
          'these characters of the prompts below.',
      );
    if (first.every(({ text, addSpecialTokens }) => !addSpecialTokens || !text.endsWith(' '))) return warnings;
    return [
      ...warnings,
      'The prompt ends in a space. Most vocabularies join a space to the word behind it, so the model has rarely seen a text that is cut ' +
        `there: take the space away, and let worked examples and demonstrations (${datasetEntryText(this.task.name, 'completion')}) begin with it.`,
    ];
  }
}
