/** How a group's completions are shown: the colour of tokens, and the new scores. */
import type { NewScore, Rescoring, ShownReplay } from '../../engine/protocol/panels/outputs.ts';
import type { Heat } from '../../engine/protocol/panels/outputsRequests.ts';
import { plural } from '../../engine/words/format.ts';
import { element, setText } from '../dom.ts';
import { icon } from '../icons.ts';
import { button, dropdown } from '../ui.ts';
import { heatLegend } from './heatScale.ts';
import { HEAT_NAMES, HEAT_WORDS } from './heatWords.ts';
import { ReplayLine } from './replayLine.ts';
import { HEATS, REPLAY_HEATS } from './state.ts';

const REACH_WORDS = 'Click a token for its value, or go through them with the arrow keys.';

export interface GroupToolsEvents {
  readonly onHeat: (heat: Heat) => void;
  readonly onRescore: (on: boolean) => void;
  readonly onClearReplay: () => void;
}

export class GroupTools {
  readonly element: HTMLElement;
  readonly #heat;
  readonly #rescore;
  readonly #replay: ReplayLine;
  readonly #legend = element('div', { class: 'legend' });
  readonly #token = element('p', { class: 'token-words', attributes: { role: 'status' } });
  readonly #status = element('p', { class: 'rescoring-status', attributes: { role: 'status' } });
  #on = false;
  /** Whether the values of a replay can be chosen. */
  #replayChoices = false;
  #shown = '';

  constructor(heat: Heat, events: GroupToolsEvents) {
    this.#heat = dropdown({
      label: 'Colour tokens by',
      labelShown: true,
      choices: choices(HEATS),
      value: heat,
      onChange: events.onHeat,
    });
    this.#rescore = button({ label: 'Score Again', onClick: () => events.onRescore(!this.#on) });
    this.#rescore.element.title = 'Score with the reward files as they are now';
    this.#replay = new ReplayLine(events.onClearReplay);
    this.element = element(
      'div',
      { class: 'group-tools' },
      this.#replay.element,
      element('div', { class: 'toolbar' }, this.#heat.element, this.#rescore.element),
      this.#legend,
      this.#token,
      this.#status,
    );
    this.showHeat(heat, false);
  }

  /** @param ratioDiffers whether there is anything to see in the ratio */
  showHeat(heat: Heat, ratioDiffers: boolean): void {
    const shown = `${heat} ${ratioDiffers}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#heat.setValue(heat);
    setText(this.#token, REACH_WORDS);
    this.#legend.hidden = heat === 'none';
    this.#token.hidden = heat === 'none';
    if (heat === 'none') return;
    const words =
      heat === 'ratio' && !ratioDiffers
        ? 'Every ratio is 1: without truncation and penalty, tokens are drawn with the probabilities of the policy.'
        : HEAT_WORDS[heat];
    this.#legend.replaceChildren(
      element('span', { class: 'quiet', text: words }),
      ...heatLegend(heat).map((label, index) =>
        element('span', { class: `legend-step heat-over heat-${index + 1}`, text: label }),
      ),
    );
  }

  /**
   * @param replay null where the step that is read was not replayed
   * @param any whether another step of the run was: its values can be chosen all the same
   */
  showReplay(replay: ShownReplay | null, any: boolean): void {
    this.#replay.show(replay);
    if (any === this.#replayChoices) return;
    this.#replayChoices = any;
    this.#heat.setChoices(choices(any ? [...HEATS, ...REPLAY_HEATS] : HEATS), this.#heat.value);
  }

  /** Says what a token is worth. */
  showToken(words: string): void {
    setText(this.#token, words);
  }

  /** @param available whether reward code may be run here */
  showRescoring(rescoring: Rescoring, available: boolean, changed: readonly NewScore[]): void {
    this.#rescore.element.hidden = !available;
    this.#on = rescoring.state !== 'off';
    this.#rescore.setPressed(this.#on);
    this.#status.hidden = !this.#on;
    this.#status.classList.toggle('rescoring-failed', rescoring.state === 'failed');
    switch (rescoring.state) {
      case 'off':
        this.#status.replaceChildren();
        return;
      case 'scoring':
        setText(this.#status, 'Scoring with the reward files as they are now…');
        return;
      case 'failed':
        // The same again would be said again.
        if (!this.#status.textContent.endsWith(rescoring.message))
          this.#status.replaceChildren(icon('warning'), rescoring.message);
        return;
      case 'done': {
        const between =
          rescoring.before === undefined ? 'With the reward files as they are now' : 'Between the versions compared';
        setText(
          this.#status,
          changed.length === 0
            ? `${between}, every score stays.`
            : `${between}, ${plural(changed.length, 'score changes', 'scores change')} of ${rescoring.scores.length}.`,
        );
      }
    }
  }
}

function choices(heats: readonly Heat[]): { readonly value: Heat; readonly label: string }[] {
  return heats.map((value) => ({ value, label: HEAT_NAMES[value] }));
}
