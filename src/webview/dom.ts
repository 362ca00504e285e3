/** Makes elements. What a panel shows may come from a model, so text is always text: nothing in a panel parses HTML. */

export interface ElementProperties {
  readonly class?: string;
  readonly text?: string;
  readonly title?: string;
  readonly hidden?: boolean;
  /** ARIA and data attributes; null leaves one out. */
  readonly attributes?: Readonly<Record<string, string | null>>;
}

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: ElementProperties = {},
  ...children: readonly (Node | string | null)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (properties.class !== undefined) made.className = properties.class;
  if (properties.text !== undefined) made.textContent = properties.text;
  if (properties.title !== undefined) made.title = properties.title;
  if (properties.hidden !== undefined) made.hidden = properties.hidden;
  for (const [attribute, value] of Object.entries(properties.attributes ?? {})) {
    if (value !== null) made.setAttribute(attribute, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

let lastId = 0;

/** An id that nothing else on the page has, for `aria-labelledby` and the like. */
export function uniqueId(prefix: string): string {
  return `${prefix}-${++lastId}`;
}

/** Sets the text only where it differs: writing the same again would make a screen reader say it again. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
