/** A window of VS Code, in a browser. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { pageScript } from './pageScript.ts';
import type { EditorServer } from './server.ts';

export interface WindowOptions {
  /** What is open: a folder, a `.code-workspace` file, or nothing. */
  readonly open?: { readonly folder: string } | { readonly workspaceFile: string };
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly browserArgs?: readonly string[];
  /** A test suite to run inside the extension host, in place of a person. */
  readonly suite?: HostSuite;
}

export interface HostSuite {
  /** A CommonJS module that exports `run`. */
  readonly path: string;
  /** `console` of the extension host, with the noise of VS Code itself. */
  readonly onLog: (type: string, args: readonly unknown[]) => void;
  /** Once, with 0 where all passed. */
  readonly onExit: (code: number) => void;
}

/** Something that a page's content security policy refused. */
export interface PolicyViolation {
  readonly directive: string;
  readonly blocked: string;
  readonly source: string;
}

const VIEWPORT = { width: 1400, height: 900 };
/** From the address to the first drawing; a few seconds on an idle machine. */
const OPEN_LIMIT_MS = 120_000;

/** In a browser VS Code saves its state every five seconds, when it is idle, and not when its page goes. */
const STATE_SAVED_MS = 10_000;

export class Workbench {
  readonly page: Page;
  /** Of panels, since this window was opened. */
  readonly violations: PolicyViolation[] = [];
  readonly #browser: Browser;
  readonly #context: BrowserContext;

  private constructor(browser: Browser, context: BrowserContext, page: Page) {
    this.#browser = browser;
    this.#context = context;
    this.page = page;
  }

  static async open(server: EditorServer, options: WindowOptions = {}): Promise<Workbench> {
    const browser = await launchBrowser(options.browserArgs);
    try {
      const context = await browser.newContext({ viewport: options.viewport ?? VIEWPORT });
      return await Workbench.#openIn(browser, context, server, options);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** A second window of the same user. It is closed with the first. */
  async openAnother(server: EditorServer, options: WindowOptions = {}): Promise<Workbench> {
    return Workbench.#openIn(this.#browser, this.#context, server, options);
  }

  /** As "Developer: Reload Window" does, once VS Code has saved which tabs are open. */
  async reload(): Promise<void> {
    await this.page.waitForTimeout(STATE_SAVED_MS);
    await this.page.reload({ waitUntil: 'domcontentloaded' });
    await this.#drawn();
  }

  /** Ends the browser, and with it every window in it. */
  async close(): Promise<void> {
    await this.#browser.close();
  }

  static async #openIn(
    browser: Browser,
    context: BrowserContext,
    server: EditorServer,
    options: WindowOptions,
  ): Promise<Workbench> {
    const page = await context.newPage();
    const workbench = new Workbench(browser, context, page);
    await page.exposeBinding('reportPolicyViolation', ({ frame }, violation: PolicyViolation) => {
      // VS Code's own pages are not under test.
      if (isPanelFrame(frame.name())) workbench.violations.push(violation);
    });
    await page.addInitScript(pageScript('policyViolations'));
    await workbench.#develop(server, options.suite);
    await page.goto(address(server, options.open), { waitUntil: 'domcontentloaded' });
    await workbench.#drawn();
    return workbench;
  }

  async #develop({ extension, port }: EditorServer, suite: HostSuite | undefined): Promise<void> {
    const uri = (path: string): object => ({ scheme: 'vscode-remote', authority: `127.0.0.1:${String(port)}`, path });
    if (suite) {
      await this.page.exposeFunction('codeAutomationLog', suite.onLog);
      await this.page.exposeFunction('codeAutomationExit', suite.onExit);
    }
    if (!suite && 'vsix' in extension) return;
    const options = {
      extensions: 'developmentPath' in extension ? [uri(extension.developmentPath)] : [],
      ...(suite ? { extensionTestsPath: uri(suite.path) } : {}),
    };
    await this.page.addInitScript(pageScript('developmentOptions', { options }));
  }

  async #drawn(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: OPEN_LIMIT_MS });
  }
}

/** A panel's page is written into a frame with the first name, which then gets the second. */
export function isPanelFrame(name: string): boolean {
  return name === 'pending-frame' || name === 'active-frame';
}

function address(server: EditorServer, open: WindowOptions['open']): string {
  const query = new URLSearchParams();
  if (open === undefined) query.set('ew', 'true');
  else if ('folder' in open) query.set('folder', open.folder);
  else query.set('workspace', open.workspaceFile);
  return `http://127.0.0.1:${String(server.port)}/?${query.toString()}`;
}
