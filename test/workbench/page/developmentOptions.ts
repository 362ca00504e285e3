/**
 * Runs in the page before VS Code does: adds to the configuration that the server put into the page what a desktop VS Code gets as
 * arguments, namely extensions to run from their folders and the test suite to run inside the extension host.
 */
declare const options: Readonly<Record<string, unknown>>;

const CONFIGURATION = 'vscode-workbench-web-configuration';

function addOptions(): boolean {
  const meta = document.getElementById(CONFIGURATION);
  const settings = meta?.getAttribute('data-settings');
  if (meta === null || settings === null || settings === undefined) return false;
  const configuration: unknown = JSON.parse(settings);
  if (typeof configuration !== 'object') throw new Error(`${CONFIGURATION} holds no object.`);
  meta.setAttribute('data-settings', JSON.stringify({ ...configuration, developmentOptions: options }));
  return true;
}

if (window === window.top && !addOptions()) {
  const observer = new MutationObserver(() => {
    if (addOptions()) observer.disconnect();
  });
  observer.observe(document, { childList: true, subtree: true });
}

export {};
