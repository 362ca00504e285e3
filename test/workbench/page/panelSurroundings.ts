/** Runs in a panel's page before its own script: what the editor puts there, the colours and the line to the host. */
declare const options: {
  /** What was kept with the tab; null for nothing. */
  readonly state: unknown;
  /** Custom properties of the root element. */
  readonly properties: Readonly<Record<string, string>>;
  readonly bodyClass: string;
  /** The editor's own, which comes before the panel's. */
  readonly styleSheet: string;
};
declare const toHost: (message: unknown) => Promise<void>;

let kept = options.state;
Object.assign(window, {
  acquireVsCodeApi: () => ({
    postMessage: (message: unknown) => void toHost(message),
    getState: () => kept ?? undefined,
    setState: (state: unknown) => (kept = state),
  }),
  keptState: () => kept,
});

// As soon as there is a body: in the editor all this is in place before the panel's script runs.
const observer = new MutationObserver(() => {
  const { body } = document as { readonly body: HTMLElement | null };
  if (body === null) return;
  observer.disconnect();
  for (const [name, value] of Object.entries(options.properties))
    document.documentElement.style.setProperty(name, value);
  body.className = options.bodyClass;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(options.styleSheet);
  document.adoptedStyleSheets = [sheet];
});
observer.observe(document, { childList: true, subtree: true });

export {};
