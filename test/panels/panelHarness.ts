/**
 * A panel in a browser: the page that the host makes, with the scripts that were built, under the same policy, and what the editor
 * puts into it: colours, and the line to the host.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { panelHtml } from '../../src/extension/panels/panelHtml.ts';
import { pageScript } from '../workbench/pageScript.ts';
import { BODY_CLASS, editorStyleSheet, themeProperties, type PanelTheme } from './themes.ts';

const ORIGIN = 'http://panel.test';
const BUNDLES = path.join(import.meta.dirname, '../../dist/webview');
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface PanelOptions {
  /** `dashboard`: the panel's script. */
  readonly script: string;
  readonly theme?: PanelTheme;
  /** Pixels. */
  readonly width?: number;
  readonly height?: number;
  /** What was kept with the tab. */
  readonly state?: unknown;
  readonly reducedMotion?: boolean;
  readonly deviceScaleFactor?: number;
}

/** Text becomes a function only so: the types of the tests know no window. */
type Post = (message: unknown) => void;

export class PanelHarness {
  readonly page: Page;
  /** What the script has said, oldest first, `ready` included. */
  readonly said: unknown[] = [];
  /** Errors of scripts, and what the policy has refused. */
  readonly violations: string[] = [];
  readonly #onSaid: (message: unknown, panel: PanelHarness) => void;

  private constructor(page: Page, onSaid: (message: unknown, panel: PanelHarness) => void) {
    this.page = page;
    this.#onSaid = onSaid;
  }

  /** @param onSaid called with what the script says */
  static async open(
    browser: Browser,
    options: PanelOptions,
    onSaid: (message: unknown, panel: PanelHarness) => void = () => {},
  ): Promise<PanelHarness> {
    const { script, theme = 'dark', width = 1000, height = 900, reducedMotion = true } = options;
    const page = await browser.newPage({
      viewport: { width, height },
      reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
      deviceScaleFactor: options.deviceScaleFactor ?? 1,
    });
    const harness = new PanelHarness(page, onSaid);
    page.on('pageerror', (error) => harness.violations.push(error.message));
    page.on('console', (message) => message.type() === 'error' && harness.violations.push(message.text()));
    await page.exposeFunction('toHost', (message: unknown) => harness.#hear(message));
    await page.exposeFunction('reportPolicyViolation', (violation: unknown) =>
      harness.violations.push(JSON.stringify(violation)),
    );
    await page.addInitScript(pageScript('policyViolations'));
    const surroundings = {
      state: options.state ?? null,
      properties: themeProperties(theme),
      bodyClass: BODY_CLASS[theme],
      styleSheet: editorStyleSheet(),
    };
    await page.addInitScript(pageScript('panelSurroundings', { options: surroundings }));
    await page.route(`${ORIGIN}/**`, async (route) => {
      const file = new URL(route.request().url()).pathname.slice(1);
      if (file === '') await route.fulfill({ contentType: 'text/html', body: pageOf(script) });
      else if (file === 'favicon.ico') await route.fulfill({ status: 204 });
      else {
        const contentType = TYPES[path.extname(file)] ?? 'application/octet-stream';
        await route.fulfill({ contentType, body: readFileSync(path.join(BUNDLES, file)) });
      }
    });
    await page.goto(`${ORIGIN}/`);
    return harness;
  }

  /** Says something to the script, as the host does. */
  async tell(message: unknown): Promise<void> {
    const post = await this.page.evaluateHandle<Post>('(message) => window.postMessage(message, "*")');
    await this.page.evaluate(([tell, sent]) => tell(sent), [post, message] as const);
    await post.dispose();
  }

  /** What the script keeps with its tab. */
  keptState(): Promise<unknown> {
    return this.page.evaluate('keptState()');
  }

  /** What axe finds wrong, one line for each element. */
  async accessibilityProblems(): Promise<string[]> {
    // Through the debugger's door, which no content security policy guards; the policy itself stays as it is.
    await this.page.evaluate(axeSource);
    const { violations } = await this.page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? help}`),
    );
  }

  async close(): Promise<void> {
    await this.page.close();
  }

  #hear(message: unknown): void {
    this.said.push(message);
    this.#onSaid(message, this);
  }
}

function pageOf(script: string): string {
  return panelHtml({
    title: script,
    script,
    nonce: 'dGhlIG5vbmNlIG9mIGEgdGVzdA==',
    cspSource: ORIGIN,
    language: 'en',
    uri: (file) => `${ORIGIN}/${file}`,
  });
}
