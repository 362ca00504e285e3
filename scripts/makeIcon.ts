/** Draws `media/icon.png`, which the marketplace shows, from `media/icon.svg`: `npm run make-icon`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { launchBrowser } from '../test/workbench/browser.ts';

const media = path.resolve(import.meta.dirname, '../media');
/** Pixels; the marketplace shows half of it, and screens have two of them to a point. */
const SIZE = 256;

const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } });
  await page.setContent(`<body style="margin:0">${readFileSync(path.join(media, 'icon.svg'), 'utf8')}</body>`);
  await page.screenshot({ path: path.join(media, 'icon.png'), omitBackground: true });
} finally {
  await browser.close();
}
