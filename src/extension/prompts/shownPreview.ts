/** One preview of an experiment's prompts: which problem it shows, and what it has shown last. */
import { UserError } from '../../engine/protocol/errors.ts';
import type { PartName, PreviewReply } from '../../engine/protocol/preview.ts';
import type { PreviewQuestion } from '../engine/engineQuestions.ts';

/** Text of which some pieces are special tokens: offset and length in UTF-16 units. */
export interface PreviewText {
  readonly text: string;
  readonly special: readonly (readonly [offset: number, length: number])[];
}

export interface PreviewWords {
  /** Before what is wrong, where there is nothing to show beside it. */
  readonly nothing: string;
  /** Between what is wrong and the text of before it. */
  readonly before: string;
}

export class ShownPreview {
  readonly #experiment: string;
  readonly #ask: (question: PreviewQuestion) => Promise<PreviewReply>;
  /** null before the experiment's tasks are known, and where it has one dataset. */
  #task: string | null = null;
  #part: PartName = 'train';
  #index = 0;
  /** Only another problem was asked for: data and lengths of before will do. */
  #again = false;
  /** Counts questions: the answer to an older one is not shown. */
  #question = 0;
  #reply: PreviewReply | null = null;

  /** @param experiment path of the experiment file, absolute */
  constructor(experiment: string, ask: (question: PreviewQuestion) => Promise<PreviewReply>) {
    this.#experiment = experiment;
    this.#ask = ask;
  }

  /** What was shown last without a fault; null before. */
  get reply(): PreviewReply | null {
    return this.#reply;
  }

  /** Another problem of the same part; at either end it stays. False where that is what is shown. */
  move(by: number): boolean {
    if (this.#reply === null) return false;
    const { part, index, parts } = this.#reply;
    const problems = parts.find((each) => each.part === part)?.problems ?? 0;
    return this.#goTo(part, Math.max(0, Math.min(index + by, problems - 1)));
  }

  /** The problem with this number of the same part, from 1. */
  goTo(number: number): boolean {
    return this.#reply !== null && this.move(number - 1 - this.#reply.index);
  }

  /** The first problem of the next part, and after the last that of the first. */
  nextPart(): boolean {
    if (this.#reply === null) return false;
    const { part, parts } = this.#reply;
    const next = parts[(parts.findIndex((each) => each.part === part) + 1) % parts.length];
    return next !== undefined && this.#goTo(next.part, 0);
  }

  /** The same part of the next task, from its first problem on, and after the last that of the first. */
  nextTask(): boolean {
    if (this.#reply === null) return false;
    const { task, tasks, part } = this.#reply;
    const next = tasks[(tasks.findIndex((name) => name === task) + 1) % tasks.length];
    if (next === undefined || next === task) return false;
    this.#task = next;
    return this.#goTo(part, 0, true);
  }

  /** From the next reading on the first problem of this task. */
  showTask(name: string): void {
    this.#task = name;
    this.#index = 0;
    this.#again = false;
  }

  /** Data may have changed. */
  forget(): void {
    this.#again = false;
  }

  /**
   * The text to show. Where something is wrong with the experiment, as it often is in the middle of an edit, that stands above the text
   * of before; null where a newer call has taken the place of this one.
   * @param experimentText the experiment as it stands in its editor
   */
  async read(experimentText: string, words: PreviewWords): Promise<PreviewText | null> {
    const question = ++this.#question;
    const again = this.#again;
    this.#again = false;
    try {
      const reply = await this.#ask({
        path: this.#experiment,
        text: experimentText,
        task: this.#task,
        part: this.#part,
        index: this.#index,
        again,
      });
      if (question !== this.#question) return null;
      this.#reply = reply;
      return reply;
    } catch (error) {
      if (question !== this.#question) return null;
      if (!(error instanceof UserError)) throw error;
      return this.#withFault(error.message, words);
    }
  }

  #goTo(part: PartName, index: number, isOther = part !== this.#reply?.part || index !== this.#reply.index): boolean {
    if (!isOther) return false;
    this.#part = part;
    this.#index = index;
    this.#again = true;
    return true;
  }

  #withFault(message: string, { nothing, before }: PreviewWords): PreviewText {
    if (this.#reply === null) return { text: `${nothing}\n\n${message}\n`, special: [] };
    const head = `${message}\n\n${before}\n\n`;
    const { text, special } = this.#reply;
    return { text: head + text, special: special.map(([offset, length]) => [head.length + offset, length]) };
  }
}
