/**
 * The controls of every panel. Only this file knows which library draws them: a control is made by a function here and used
 * through what that returns, so another library, or a native element, takes its place without a panel noticing.
 */
import { Button, vsCodeButton } from '@vscode/webview-ui-toolkit/dist/button/index.js';
import { Checkbox, vsCodeCheckbox } from '@vscode/webview-ui-toolkit/dist/checkbox/index.js';
import { TextField, vsCodeTextField } from '@vscode/webview-ui-toolkit/dist/text-field/index.js';
import { provideVSCodeDesignSystem } from '@vscode/webview-ui-toolkit/dist/vscode-design-system.js';
import { element, setText, uniqueId } from './dom.ts';
import { icon, setIcon, type IconName } from './icons.ts';

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeTextField());

export interface Control {
  /** To be put into the page. */
  readonly element: HTMLElement;
  setEnabled(enabled: boolean): void;
}

export interface ButtonControl extends Control {
  setLabel(label: string): void;
  setIcon(name: IconName): void;
  /** Makes it a button that stays down: whether it is. */
  setPressed(pressed: boolean): void;
  /** Of a button that shows and hides something: whether that is shown. */
  setExpanded(expanded: boolean): void;
}

export interface ButtonOptions {
  readonly label: string;
  readonly onClick: () => void;
  readonly icon?: IconName;
  /** One at most in a view is primary. */
  readonly appearance?: 'primary' | 'secondary';
}

export function button({ label, onClick, icon: iconName, appearance = 'secondary' }: ButtonOptions): ButtonControl {
  const made = create('vscode-button', Button);
  made.setAttribute('appearance', appearance);
  const text = element('div', { text: label });
  const start = iconName === undefined ? null : icon(iconName);
  if (start) {
    start.slot = 'start';
    made.append(start);
  }
  made.append(text);
  made.addEventListener('click', onClick);
  return {
    ...buttonControl(made, start),
    setLabel: (next) => setText(text, next),
  };
}

/** A button that shows an icon only; the label is its tooltip, and its name to a screen reader. */
export function iconButton(options: {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
}): ButtonControl {
  const made = create('vscode-button', Button);
  const shown = icon(options.icon);
  const setLabel = (label: string): void => {
    made.setAttribute('aria-label', label);
    made.title = label;
  };
  setLabel(options.label);
  made.setAttribute('appearance', 'icon');
  made.append(shown);
  made.addEventListener('click', options.onClick);
  return { ...buttonControl(made, shown), setLabel };
}

function buttonControl(made: Button, shown: HTMLElement | null): Omit<ButtonControl, 'setLabel'> {
  return {
    element: made,
    setEnabled: (enabled) => void (made.disabled = !enabled),
    setIcon: (name) => {
      if (shown) setIcon(shown, name);
    },
    // The toolkit passes these on to the button inside, which is what has the focus.
    setPressed: (pressed) => void (made.ariaPressed = pressed ? 'true' : 'false'),
    setExpanded: (expanded) => void (made.ariaExpanded = expanded ? 'true' : 'false'),
  };
}

export interface CheckboxControl extends Control {
  readonly checked: boolean;
  setChecked(checked: boolean): void;
}

export function checkbox(options: {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}): CheckboxControl {
  const made = create('vscode-checkbox', Checkbox);
  made.textContent = options.label;
  made.checked = options.checked;
  // It also says `change` where `checked` is set by code.
  let told = options.checked;
  made.addEventListener('change', () => {
    if (made.checked === told) return;
    told = made.checked;
    options.onChange(told);
  });
  return {
    element: made,
    setEnabled: (enabled) => void (made.disabled = !enabled),
    get checked() {
      return made.checked;
    },
    setChecked: (checked) => {
      told = checked;
      made.checked = checked;
    },
  };
}

export interface TextFieldControl extends Control {
  readonly value: string;
  setValue(value: string): void;
  focus(): void;
}

/** A line of text. The label is seen only with `labelShown`; a screen reader always has it. */
export function textField(options: {
  readonly label: string;
  readonly labelShown?: boolean;
  readonly placeholder?: string;
  readonly value?: string;
  /** UTF-16 units that can be typed. */
  readonly maxLength?: number;
  /** After every change by the user. */
  readonly onInput: (value: string) => void;
}): TextFieldControl {
  const made = create('vscode-text-field', TextField);
  made.textContent = options.label;
  made.classList.toggle('label-hidden', options.labelShown !== true);
  made.placeholder = options.placeholder ?? '';
  made.value = options.value ?? '';
  if (options.maxLength !== undefined) made.maxlength = options.maxLength;
  made.addEventListener('input', () => options.onInput(made.value));
  return {
    element: made,
    setEnabled: (enabled) => void (made.disabled = !enabled),
    get value() {
      return made.value;
    },
    setValue: (value) => void (made.value = value),
    focus: () => made.focus(),
  };
}

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

export interface DropdownControl<Value extends string> extends Control {
  readonly value: Value;
  setValue(value: Value): void;
  setChoices(choices: readonly Choice<Value>[], value: Value): void;
}

/**
 * One of several, as a native `select`: the toolkit's has no name that axe accepts, its list is cut off by the edge of a narrow panel,
 * and its host reads out every option at once.
 */
export function dropdown<Value extends string>(options: {
  readonly label: string;
  readonly labelShown?: boolean;
  readonly choices: readonly Choice<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}): DropdownControl<Value> {
  const id = uniqueId('dropdown');
  const select = element('select', { class: 'dropdown', attributes: { id } });
  const label = element('label', {
    class: options.labelShown === true ? 'dropdown-label' : 'visually-hidden',
    text: options.label,
    attributes: { for: id },
  });
  let { choices, value } = options;
  const fill = (): void => {
    select.replaceChildren(
      ...choices.map((choice) => element('option', { text: choice.label, attributes: { value: choice.value } })),
    );
    select.value = value;
  };
  fill();
  select.addEventListener('change', () => {
    value = choices[select.selectedIndex]?.value ?? value;
    options.onChange(value);
  });
  return {
    element: element('span', { class: 'dropdown-field' }, label, select),
    setEnabled: (enabled) => void (select.disabled = !enabled),
    get value() {
      return value;
    },
    setValue: (next) => {
      value = next;
      select.value = next;
    },
    setChoices: (nextChoices, nextValue) => {
      choices = nextChoices;
      value = nextValue;
      fill();
    },
  };
}

export interface SliderControl extends Control {
  setValue(value: number): void;
}

/** A number between two others, as a native range: the toolkit has none. */
export function slider(options: {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  /** What is shown of a value, and said by a screen reader. */
  readonly format: (value: number) => string;
  readonly onInput: (value: number) => void;
}): SliderControl {
  const id = uniqueId('slider');
  const { label, min, max, step, format } = options;
  const input = element('input', {
    class: 'slider',
    attributes: { id, type: 'range', min: String(min), max: String(max), step: String(step) },
  });
  const shown = element('output', { class: 'slider-value', attributes: { for: id } });
  const show = (value: number): void => {
    setText(shown, format(value));
    input.setAttribute('aria-valuetext', format(value));
  };
  const setValue = (value: number): void => {
    input.value = String(value);
    show(value);
  };
  setValue(options.value);
  input.addEventListener('input', () => {
    show(input.valueAsNumber);
    options.onInput(input.valueAsNumber);
  });
  const name = element('label', { class: 'quiet', text: label, attributes: { for: id } });
  return {
    element: element('span', { class: 'slider-field' }, name, input, shown),
    setEnabled: (enabled) => void (input.disabled = !enabled),
    setValue,
  };
}

/** An indeterminate bar at the top of what is being read, like the editor's own; hidden until `setShown(true)`. */
export function progressBar(label: string): { readonly element: HTMLElement; setShown(shown: boolean): void } {
  const bar = element('div', {
    class: 'progress-bar',
    hidden: true,
    attributes: { role: 'progressbar', 'aria-label': label },
  });
  return { element: bar, setShown: (shown) => void (bar.hidden = !shown) };
}

/** @throws Error where the library registered something else under the name */
function create<Made extends HTMLElement>(name: string, type: new () => Made): Made {
  const made = document.createElement(name);
  if (!(made instanceof type)) throw new Error(`${name} is not what it should be`);
  return made;
}
