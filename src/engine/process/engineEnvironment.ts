/** What of the editor's environment an engine gets. */

/** The editor's own business: with `ELECTRON_*` and `VSCODE_*` a program would take itself for a part of the editor. */
const EDITORS = /^(?:VSCODE|ELECTRON)_/i;

/** Would load code into every process, or is nothing that training needs: a token that is not there cannot leak. */
const UNWANTED =
  /^NODE_OPTIONS$|(?:TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?|(?:API|JUDGE|POLICY)_?KEY|PRIVATE_?KEY|ACCESS_?KEY(?:_ID)?)$/i;

export interface EngineRuntime {
  /** The program that runs the engine is Electron (the editor's own), which behaves like Node only if told so. */
  readonly electron: boolean;
}

/**
 * The environment of an engine, from that of the editor. Everything else stays: paths to libraries of a GPU, the locale, proxies, and what
 * no process of Windows starts without (`SystemRoot`).
 */
export function engineEnvironment(environment: NodeJS.ProcessEnv, { electron }: EngineRuntime): NodeJS.ProcessEnv {
  const passed = Object.entries(environment).filter(([name]) => !EDITORS.test(name) && !UNWANTED.test(name));
  return { ...Object.fromEntries(passed), ...(electron ? { ELECTRON_RUN_AS_NODE: '1' } : {}) };
}
