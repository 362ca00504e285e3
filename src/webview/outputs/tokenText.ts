/**
 * A completion's text, cut into its tokens and coloured by a value of each. With the keyboard: arrow keys go from token to token, and what
 * a token is worth is said.
 */
import type { TokenHeat, TokenReplay } from '../../engine/protocol/panels/outputs.ts';
import { element } from '../dom.ts';
import { heatLevel, type ShownHeat } from './heatScale.ts';
import { describeToken } from './tokenWords.ts';
import { shownText } from './shownText.ts';
import { visibleLine } from './visibleText.ts';

/** Tokens put on the page at once; more follow frame by frame, so that a long completion holds nothing up. */
const TOKENS_AT_ONCE = 1500;

/** What tokens are coloured by, and what else is said of them. */
export interface TokenWorth {
  readonly heat: ShownHeat;
  readonly tokens: TokenHeat;
  /** null where their step was not replayed. */
  readonly replay: TokenReplay | null;
}

export class TokenText {
  /** The text. */
  readonly element: HTMLElement;
  readonly #onReach: (words: string) => void;
  readonly #text: string;
  readonly #worth: TokenWorth;
  readonly #spans: HTMLElement[] = [];
  #current = -1;
  #next = 0;
  #frame = 0;

  /**
   * @param label of the text, for a screen reader
   * @param onReach called with what a token is worth when it is reached
   */
  constructor(label: string, text: string, worth: TokenWorth, onReach: (words: string) => void) {
    this.#onReach = onReach;
    this.#text = text;
    this.#worth = worth;
    this.element = element('div', {
      class: 'completion-text editor-font',
      attributes: { tabindex: '0', role: 'group', 'aria-label': `${label}: arrow keys go through the tokens` },
    });
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.element.addEventListener('click', ({ target }) => {
      const span = target instanceof Element ? target.closest<HTMLElement>('.token') : null;
      if (span) this.#goTo(this.#spans.indexOf(span));
    });
    this.#addSome();
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
  }

  #addSome(): void {
    const { ends } = this.#worth.tokens;
    const last = Math.min(ends.length, this.#next + TOKENS_AT_ONCE);
    const added = document.createDocumentFragment();
    for (; this.#next < last; this.#next++) {
      const [from, to] = [ends[this.#next - 1] ?? 0, ends[this.#next] ?? 0];
      // What ended the completion has no text, nor has half a character.
      if (to > from) added.append(this.#span(this.#next, this.#text.slice(from, to)));
    }
    this.element.append(added);
    if (this.#next < ends.length) this.#frame = requestAnimationFrame(() => this.#addSome());
    else this.element.append(...shownText(this.#text.slice(ends.at(-1) ?? 0)));
  }

  #span(token: number, text: string): HTMLElement {
    const { heat, tokens, replay } = this.#worth;
    const value = tokens.values[token] ?? NaN;
    const found = heatLevel(heat, value);
    const shade = found === null || found.level === 0 ? '' : ` heat-${found.side} heat-${found.level}`;
    const span = element(
      'span',
      {
        class: `token${shade}`,
        title: describeToken(heat, value, replay, token),
        attributes: { 'data-token': String(token) },
      },
      ...shownText(text),
    );
    this.#spans.push(span);
    return span;
  }

  #onKey(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: this.#current + 1,
      ArrowLeft: this.#current - 1,
      Home: 0,
      End: this.#spans.length - 1,
    };
    const to = moves[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    this.#goTo(Math.max(0, Math.min(this.#spans.length - 1, to)));
  }

  #goTo(index: number): void {
    this.#spans[this.#current]?.classList.remove('token-current');
    const span = this.#spans[index];
    if (!span) return;
    this.#current = index;
    span.classList.add('token-current');
    span.scrollIntoView({ block: 'nearest' });
    const token = Number(span.dataset['token']);
    const { ends } = this.#worth.tokens;
    const [from, to] = [ends[token - 1] ?? 0, ends[token] ?? 0];
    const piece = visibleLine(this.#text.slice(from, to));
    this.#onReach(`Token ${token + 1}, “${piece}”: ${span.title}`);
  }
}
