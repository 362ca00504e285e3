/** The panel's line to the extension: messages both ways, and what is kept while the page is not. */

/** Kept with the tab, through hiding and "Reload Window". */
export interface Kept<State> {
  readonly state: State;
  /** The host's own; see `panels/panelPage.ts`. */
  readonly kept: unknown;
}

export interface Host<FromPanel, State> {
  post(message: FromPanel): void;
  readonly state: State;
  setState(state: State): void;
}

export interface Connection<ToPanel, State> {
  /** The state where none was kept, or where what was kept is of another version. */
  readonly initial: State;
  readonly parseState: (kept: unknown) => State | null;
  /** What the host sends. */
  readonly onMessage: (message: ToPanel) => void;
}

/** Connects the panel. The host fills it when it hears that the script listens. */
export function connect<FromPanel, ToPanel, State>(options: Connection<ToPanel, State>): Host<FromPanel, State> {
  const { initial, parseState, onMessage } = options;
  const vscode = acquireVsCodeApi<Kept<unknown>>();
  let kept: unknown = vscode.getState()?.kept ?? null;
  let state = parseState(vscode.getState()?.state) ?? initial;
  const keep = (): void => void vscode.setState({ state, kept });
  window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const message = data;
    if (typeof message !== 'object' || message === null || !('type' in message)) return;
    if (message.type === 'keep' && 'kept' in message) {
      kept = message.kept;
      keep();
      return;
    }
    // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- only the host can post here, and it is of the same build
    onMessage(message as ToPanel);
  });
  // VS Code's own listener is in place before scripts of the page run; what is posted after this line arrives.
  queueMicrotask(() => vscode.postMessage({ type: 'ready' }));
  return {
    post: (message) => vscode.postMessage(message),
    get state() {
      return state;
    },
    setState: (next) => {
      state = next;
      keep();
    },
  };
}
