/** The browser that shows the workbench. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** @param args beside those that a headless Chromium without a GPU needs */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath(),
    headless: true,
    // The machine is a container or a continuous-integration runner, where Chromium has no sandbox and little shared memory.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', ...args],
  });
}

function browserPath(): string {
  const found = [process.env['RLVR_CHROMIUM'] ?? [], CANDIDATES].flat().find((candidate) => existsSync(candidate));
  if (found !== undefined) return found;
  throw new Error(
    'There is no Chromium: apt-get install -y --no-install-recommends chromium, or name one in RLVR_CHROMIUM.',
  );
}
