/** Colours of the workbench, and of the panels in it. */
import type { Frame, Page } from 'playwright-core';
import type { EditorVersion } from './install.ts';
import { pick, quickInput, runCommand } from './palette.ts';

/** What a user has who has chosen none, as settings name it. */
export const DEFAULT_THEME: Readonly<Record<EditorVersion, string>> = {
  '4.105.1': 'Default Dark Modern',
  '4.139.1': 'Dark 2026',
};

/** What a user has who has chosen none, and the ones for who needs contrast. As they are called in the pick. */
const THEMES = {
  '4.105.1': {
    dark: 'Dark Modern',
    light: 'Light Modern',
    highContrast: 'Dark High Contrast',
    highContrastLight: 'Light High Contrast',
  },
  '4.139.1': {
    dark: 'Dark 2026',
    light: 'Light 2026',
    highContrast: 'Dark High Contrast',
    highContrastLight: 'Light High Contrast',
  },
} as const satisfies Record<EditorVersion, unknown>;
type Theme = keyof (typeof THEMES)[EditorVersion];

/** Classes of the workbench, and of a panel's body. */
const CLASSES: Readonly<Record<Theme, readonly [workbench: string, panel: string]>> = {
  dark: ['vs-dark', 'vscode-dark'],
  light: ['vs', 'vscode-light'],
  highContrast: ['hc-black', 'vscode-high-contrast'],
  highContrastLight: ['hc-light', 'vscode-high-contrast-light'],
};

/** Chooses the theme as a person does, and waits until a panel has it. */
export async function changeTheme(version: EditorVersion, page: Page, panel: Frame, theme: Theme): Promise<void> {
  await changeWorkbenchTheme(version, page, theme);
  const [, body] = CLASSES[theme];
  await panel.locator(`body.${body}`).waitFor();
}

/** The same where no panel is open. */
export async function changeWorkbenchTheme(version: EditorVersion, page: Page, theme: Theme): Promise<void> {
  const [workbench] = CLASSES[theme];
  await runCommand(page, 'Preferences: Color Theme');
  const name = THEMES[version][theme];
  // Once the pick of commands has made way for that of themes.
  await page
    .locator('.quick-input-widget')
    .getByPlaceholder(/color theme/i)
    .waitFor();
  await quickInput(page).fill(name);
  await pick(page, name);
  await page.locator(`.monaco-workbench.${workbench}`).waitFor();
}
