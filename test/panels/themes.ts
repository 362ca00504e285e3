/** What the editor puts into a panel's page under its default themes; `test/fixtures/SOURCES.md` says where it comes from. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export const PANEL_THEMES = ['dark', 'light', 'highContrast', 'highContrastLight'] as const;
export type PanelTheme = (typeof PANEL_THEMES)[number];

/** Classes that the editor gives the body. */
export const BODY_CLASS: Readonly<Record<PanelTheme, string>> = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  highContrast: 'vscode-high-contrast',
  highContrastLight: 'vscode-high-contrast-light vscode-high-contrast',
};

const FILES: Readonly<Record<PanelTheme, string>> = {
  dark: 'dark.css',
  light: 'light.css',
  highContrast: 'high-contrast.css',
  highContrastLight: 'high-contrast-light.css',
};

const THEMES = path.join(import.meta.dirname, '../fixtures/themes');

/** Custom properties of the root element, by name. */
export function themeProperties(theme: PanelTheme): Record<string, string> {
  const css = readFileSync(path.join(THEMES, FILES[theme]), 'utf8');
  return Object.fromEntries(
    [...css.matchAll(/^ {2}(--[\w.\\-]+): (.*);$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

/** The style sheet that every panel's page begins with. */
export function editorStyleSheet(): string {
  return readFileSync(path.join(THEMES, 'webview.css'), 'utf8');
}
