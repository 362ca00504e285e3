/** Runs in a panel's page: what can be reached by Tab, and what has the focus, as words that a failing test can print. */

interface KeyboardReport {
  reachable(): string[];
  focused(): string | null;
}

declare global {
  var keyboardReport: KeyboardReport;
}

const CONTROLS = 'a[href], button, input, select, textarea, [tabindex], summary';

function describe(element: Element): string {
  const name = element.getAttribute('aria-label') ?? element.textContent.trim().replace(/\s+/g, ' ').slice(0, 40);
  return `${element.tagName.toLowerCase()} ${element.getAttribute('role') ?? ''} "${name}"`;
}

/** Elements under a root, those in shadow trees too. */
function* everything(root: Document | ShadowRoot): Generator<HTMLElement> {
  for (const element of root.querySelectorAll<HTMLElement>('*')) {
    yield element;
    if (element.shadowRoot) yield* everything(element.shadowRoot);
  }
}

function isReachable(element: HTMLElement): boolean {
  if (!element.matches(CONTROLS) || element.tabIndex < 0) return false;
  // What hands its focus on to a part of itself is that part.
  if (element.shadowRoot?.delegatesFocus) return false;
  // Arrows go from the chosen one of a group to the others.
  if (element instanceof HTMLInputElement && element.type === 'radio' && !element.checked) return false;
  if ('disabled' in element && element.disabled === true) return false;
  return element.checkVisibility({ visibilityProperty: true });
}

globalThis.keyboardReport = {
  reachable: () => [...everything(document)].filter(isReachable).map(describe),
  focused: () => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active === null || active === document.body ? null : describe(active);
  },
};

export {};
