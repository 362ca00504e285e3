/** One completion of a group. */
import type { GroupCompletion, NewScore } from '../../engine/protocol/panels/outputs.ts';
import type { Heat, OutputScope } from '../../engine/protocol/panels/outputsRequests.ts';
import { plural } from '../../engine/words/format.ts';
import { element, setText, uniqueId } from '../dom.ts';
import { button } from '../ui.ts';
import { answerLine } from './answerLine.ts';
import { fillText } from './plainText.ts';
import { menuContext, trainedAt } from './menuContext.ts';
import { TokenText } from './tokenText.ts';
import { flips, isChanged, recordOf, rewardErrors, verdictLine } from './verdicts.ts';
import { STOP_REASONS } from './words.ts';

export interface CardOptions {
  readonly scope: OutputScope;
  readonly heat: Heat;
  /** What is called "show all": asks for the whole text. */
  readonly onShowAll: (completion: GroupCompletion) => void;
  /** It was clicked, or something in it has the focus. */
  readonly onPoint: (completion: GroupCompletion) => void;
  /** A token was reached: what it is worth, in words. */
  readonly onToken: (words: string) => void;
  /** The first reward function that can be opened; null where there is none. */
  readonly reward: string | null;
  /** Whether the problem was drawn, or sampled, more than once in the step. */
  readonly several: boolean;
}

export class CompletionCard {
  readonly element: HTMLElement;
  readonly #options: CardOptions;
  readonly #body = element('div', { class: 'card-body' });
  readonly #verdicts = element('div', { class: 'card-verdicts' });
  readonly #errors = element('div');
  readonly #mark = element('span', { class: 'changed-mark' });
  #completion: GroupCompletion;
  #text: TokenText | null = null;

  constructor(completion: GroupCompletion, options: CardOptions) {
    this.#completion = completion;
    this.#options = options;
    const { key, stopReason, length } = completion;
    const title = uniqueId('completion');
    const { scope, reward } = options;
    const context = menuContext('completion', {
      scope,
      problem: key.problem,
      key,
      ...trainedAt(scope, key.step),
      ...(reward === null ? {} : { reward }),
    });
    this.element = element(
      'article',
      { class: 'card', attributes: { 'aria-labelledby': title, 'data-vscode-context': context } },
      element(
        'header',
        { class: 'card-head' },
        element(
          'div',
          { class: 'card-title' },
          element('h3', { text: this.#title(), attributes: { id: title } }),
          element('span', {
            class: stopReason === 'length' ? 'card-end card-cut' : 'card-end',
            text: `${plural(length, 'token')}, ${STOP_REASONS[stopReason]}`,
          }),
          this.#mark,
        ),
        this.#verdicts,
      ),
      answerLine(completion.rewards),
      this.#errors,
      this.#body,
    );
    for (const event of ['click', 'focusin'] as const)
      this.element.addEventListener(event, () => options.onPoint(this.#completion));
    this.setScore(null, null);
    this.#showText();
  }

  get completion(): GroupCompletion {
    return this.#completion;
  }

  /** Another amount of its text. */
  setCompletion(completion: GroupCompletion): void {
    this.#completion = completion;
    this.#showText();
  }

  /**
   * @param now what the reward files say now; null where nothing was asked
   * @param before what another version says, in place of what was recorded; null for that
   */
  setScore(now: NewScore | null, before: NewScore | null): void {
    const was = before ?? recordOf(this.#completion);
    const errors = rewardErrors(this.#completion, now);
    this.#verdicts.replaceChildren(verdictLine(was, now));
    this.#errors.replaceChildren(...(errors ? [errors] : []));
    const changed = now !== null && isChanged(was, now);
    this.element.classList.toggle('card-changed', changed);
    setText(this.#mark, [changed ? 'changed' : null, flips(was, now) ? 'sign flips' : null].filter(Boolean).join(', '));
  }

  /** Whether it is the one that was chosen in a list. */
  setChosen(chosen: boolean): void {
    this.element.classList.toggle('card-chosen', chosen);
  }

  dispose(): void {
    this.#text?.dispose();
  }

  #title(): string {
    const { occurrence, round, sample } = this.#completion.key;
    const drawn = this.#options.several ? `, draw ${occurrence + 1}${round > 0 ? `, round ${round + 1}` : ''}` : '';
    return `Completion ${sample + 1}${drawn}`;
  }

  #showText(): void {
    this.#text?.dispose();
    this.#text = null;
    const { text, textLength, heat, replay } = this.#completion;
    const shownHeat = this.#options.heat;
    if (heat !== null && shownHeat !== 'none') {
      this.#text = new TokenText(
        this.#title(),
        text,
        { heat: shownHeat, tokens: heat, replay: replay ?? null },
        this.#options.onToken,
      );
      this.#body.replaceChildren(this.#text.element);
    } else {
      const plain = element('div', { class: 'completion-text editor-font' });
      this.#body.replaceChildren(plain);
      fillText(plain, text);
      if (text === '') plain.append(element('span', { class: 'quiet', text: 'No text' }));
    }
    if (text.length < textLength) {
      const more = button({
        label: `Show all ${textLength.toLocaleString('en')} characters`,
        onClick: () => this.#options.onShowAll(this.#completion),
      });
      this.#body.append(more.element);
    }
  }
}
