/** Colours of the workbench, and of the panels in it. */
import type { Frame, Page } from 'playwright-core';
import type { EditorVersion } from './install.ts';
import type { EditorServer } from './server.ts';

/** What a user has who has chosen none, and the ones for who needs contrast. VS Code rewrites settings with names it has changed. */
export const THEMES = {
  '4.105.1': {
    dark: 'Default Dark Modern',
    light: 'Default Light Modern',
    highContrast: 'Default High Contrast',
    highContrastLight: 'Default High Contrast Light',
  },
  '4.139.1': {
    dark: 'Dark 2026',
    light: 'Light 2026',
    highContrast: 'Default High Contrast',
    highContrastLight: 'Default High Contrast Light',
  },
} as const satisfies Record<EditorVersion, unknown>;
export type Theme = keyof (typeof THEMES)[EditorVersion];

/** Classes of the workbench, and of a panel's body. */
const CLASSES: Readonly<Record<Theme, readonly [workbench: string, panel: string]>> = {
  dark: ['vs-dark', 'vscode-dark'],
  light: ['vs', 'vscode-light'],
  highContrast: ['hc-black', 'vscode-high-contrast'],
  highContrastLight: ['hc-light', 'vscode-high-contrast-light'],
};

/** Milliseconds after which a change of the settings that VS Code has not seen is written again. */
const UNSEEN_MS = 5000;
const TRIES = 12;

/** Changes the theme and waits until a panel has it. */
export async function changeTheme(server: EditorServer, page: Page, panel: Frame, theme: Theme): Promise<void> {
  const [workbench, body] = CLASSES[theme];
  const changed = page.locator(`.monaco-workbench.${workbench}`);
  for (let attempt = 0; attempt < TRIES && !(await changed.isVisible()); attempt++) {
    server.changeSettings({ 'workbench.colorTheme': THEMES[server.editor.version][theme] });
    await changed.waitFor({ timeout: UNSEEN_MS }).catch(() => {});
  }
  await panel.locator(`body.${body}`).waitFor();
}
