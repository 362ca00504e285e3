/** Which completions, and at which step: what everything else follows. */
import type { OutputScope } from '../../engine/protocol/panels/outputsRequests.ts';
import { element, setText, uniqueId } from '../dom.ts';
import { button, dropdown, iconButton, type ButtonControl, type DropdownControl } from '../ui.ts';
import { indexOfStep } from './steps.ts';
import { scopeName } from './words.ts';

export interface StepBarEvents {
  readonly onScope: (scope: OutputScope) => void;
  /** null follows the newest. */
  readonly onStep: (step: number | null) => void;
}

export class StepBar {
  readonly element: HTMLElement;
  readonly #events: StepBarEvents;
  readonly #scope: DropdownControl<string>;
  readonly #range: HTMLInputElement;
  readonly #number: HTMLInputElement;
  readonly #of = element('span', { class: 'quiet' });
  readonly #before: ButtonControl;
  readonly #after: ButtonControl;
  readonly #newest: ButtonControl;
  #scopes: readonly OutputScope[] = [];
  #steps: Float64Array = new Float64Array();
  #index = -1;
  /** null where the newest is followed. */
  #step: number | null = null;

  constructor(events: StepBarEvents) {
    this.#events = events;
    this.#scope = dropdown<string>({
      label: 'Completions',
      choices: [],
      value: '',
      onChange: (name) => {
        const chosen = this.#scopes.find((scope) => scopeName(scope) === name);
        if (chosen) events.onScope(chosen);
      },
    });
    const id = uniqueId('step');
    this.#range = element('input', {
      class: 'step-range',
      attributes: { type: 'range', min: '0', step: '1', 'aria-label': 'Step' },
    });
    this.#range.addEventListener('input', () => this.#go(this.#range.valueAsNumber));
    this.#number = element('input', {
      class: 'step-number',
      attributes: { id, type: 'text', inputmode: 'numeric', autocomplete: 'off' },
    });
    this.#number.addEventListener('change', () => this.#typed());
    this.#before = iconButton({ icon: 'chevron-left', label: 'Step before', onClick: () => this.#go(this.#index - 1) });
    this.#after = iconButton({ icon: 'chevron-right', label: 'Step after', onClick: () => this.#go(this.#index + 1) });
    this.#newest = button({ label: 'Latest', onClick: () => events.onStep(null) });
    this.element = element(
      'div',
      { class: 'step-bar', attributes: { role: 'toolbar', 'aria-label': 'Step' } },
      this.#scope.element,
      element(
        'span',
        { class: 'step-field' },
        element('label', { class: 'quiet', text: 'Step', attributes: { for: id } }),
        this.#number,
        this.#of,
      ),
      element('span', { class: 'step-slide' }, this.#before.element, this.#range, this.#after.element),
      this.#newest.element,
    );
  }

  setScopes(scopes: readonly OutputScope[], scope: OutputScope): void {
    const names = scopes.map(scopeName);
    const same = names.join() === this.#scopes.map(scopeName).join();
    this.#scopes = scopes;
    // Filling it anew would close it while somebody chooses.
    if (same) this.#scope.setValue(scopeName(scope));
    else
      this.#scope.setChoices(
        names.map((name) => ({ value: name, label: name })),
        scopeName(scope),
      );
  }

  /** @param step null for the newest */
  setStep(steps: Float64Array, step: number | null): void {
    this.#steps = steps;
    this.#step = step;
    this.#index = step === null ? steps.length - 1 : indexOfStep(steps, step);
    const shown = steps[this.#index];
    const last = steps.at(-1);
    this.#range.max = String(Math.max(0, steps.length - 1));
    this.#range.value = String(Math.max(0, this.#index));
    this.#range.setAttribute('aria-valuetext', shown === undefined ? 'none' : `step ${shown}`);
    // What is being typed stays.
    if (document.activeElement !== this.#number) this.#number.value = shown === undefined ? '' : String(shown);
    setText(this.#of, last === undefined ? '' : `of ${last}`);
    this.#newest.setPressed(step === null);
    const none = steps.length === 0;
    this.#range.disabled = none;
    this.#number.disabled = none;
    this.#before.setEnabled(this.#index > 0);
    this.#after.setEnabled(this.#index < steps.length - 1);
  }

  #typed(): void {
    const step = Number(this.#number.value);
    if (this.#number.value.trim() === '' || !Number.isFinite(step)) this.setStep(this.#steps, this.#step);
    else this.#go(indexOfStep(this.#steps, step));
    this.#number.value = String(this.#steps[this.#index] ?? '');
  }

  #go(index: number): void {
    const step = this.#steps[Math.max(0, Math.min(this.#steps.length - 1, index))];
    if (step !== undefined) this.#events.onStep(step);
  }
}
