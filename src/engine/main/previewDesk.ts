/** Previews of prompts for an editor, which asks at every change of an experiment and again for each further problem. */
import { OpenedPrompts } from '../preview/openedPrompts.ts';
import { examplesText } from '../preview/examplesText.ts';
import { previewSummary, promptText } from '../preview/previewText.ts';
import { PromptModels } from '../preview/promptModel.ts';
import { UserError } from '../protocol/errors.ts';
import { parseExperiment } from '../protocol/experimentFile.ts';
import type { PartName, PreviewReply, PreviewRequest, PromptPreview } from '../protocol/preview.ts';
import { tasksOf } from '../protocol/tasks.ts';

/** Characters to encode for the lengths: about a second, after which a person sees them. */
const BUDGET = 500_000;

interface Previewed {
  readonly key: string;
  readonly prompts: OpenedPrompts;
  readonly lengths: PromptPreview;
  /** Names of all tasks of the experiment; empty where it has one dataset. */
  readonly tasks: readonly string[];
}

export class PreviewDesk {
  readonly #models = new PromptModels();
  #newest: Previewed | null = null;
  /** By experiment file: a newer question about the same one ends the older. */
  readonly #measuring = new Map<string, AbortController>();

  /** @throws UserError for whatever is wrong with the experiment, its model, its data or its templates */
  async answer({ path, text, task: wanted, part, index, again }: PreviewRequest): Promise<PreviewReply> {
    this.#measuring.get(path)?.abort(new UserError('A newer preview took the place of this one.'));
    const measuring = new AbortController();
    this.#measuring.set(path, measuring);
    try {
      const experiment = parseExperiment(text, path);
      const tasks = tasksOf(experiment);
      const task = tasks.find(({ name }) => name === wanted) ?? tasks[0];
      const key = JSON.stringify([path, task.name, experiment]);
      if (again && this.#newest?.key === key) return replyOf(this.#newest, part, index);
      const prompts = await OpenedPrompts.open(experiment, task, path, this.#models);
      measuring.signal.throwIfAborted();
      const lengths = await prompts.measure({ budget: BUDGET, signal: measuring.signal });
      const previewed = { key, prompts, lengths, tasks: tasks.flatMap(({ name }) => name ?? []) };
      this.#newest = previewed;
      return replyOf(previewed, part, index);
    } finally {
      if (this.#measuring.get(path) === measuring) this.#measuring.delete(path);
    }
  }
}

/** The problem asked for, or the nearest there is. */
function replyOf({ prompts, lengths, tasks }: Previewed, wanted: PartName, index: number): PreviewReply {
  const parts = Array.from(prompts.rows, ([part, { length }]) => ({ part, problems: length }));
  const { part, problems } = parts.find((each) => each.part === wanted) ?? parts[0] ?? { part: wanted, problems: 0 };
  const place = Math.max(0, Math.min(index, problems - 1));
  const head = `${previewSummary(lengths)}\n\n`;
  const shown = promptText(prompts.prompt(part, place), lengths);
  return {
    kind: 'preview',
    text: head + shown.text,
    special: shown.special.map(([offset, length]) => [head.length + offset, length]),
    task: prompts.task.name,
    tasks: [...tasks],
    part,
    index: place,
    parts,
    examples: examplesText(prompts.examples),
  };
}
