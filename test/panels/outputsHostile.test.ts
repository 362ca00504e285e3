import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runOf } from './outputsRuns.ts';
import { outputsTests, titled } from './outputsTests.ts';

const withPanel = outputsTests();

const HOSTILE = [
  '<img src=x onerror="hacked = true"> </script><script>hacked = true</script>',
  'left \u202eright\u202c \u200bzero \u0007bell \r\n<b>bold</b>',
  '{{constructor.constructor("hacked = true")()}} javascript:hacked=true',
];

test('whatever a model writes is shown as text, and nothing of it is hidden', async () => {
  const prompt = '<iframe src="javascript:hacked = true"></iframe>\u202eprompt';
  await withPanel(runOf(HOSTILE, prompt), async (page) => {
    await titled(page, 'Problem 1, step 1');
    const texts = page.locator('.completion-text');
    assert.equal(await texts.first().innerText(), HOSTILE[0]);
    assert.equal(await texts.nth(1).innerText(), 'left U+202ErightU+202C U+200Bzero ␇bell ␍\n<b>bold</b>');
    assert.equal(await texts.nth(1).locator('.unseen').first().getAttribute('title'), 'U+202E, right-to-left override');
    assert.match(await page.locator('.prompt').innerText(), /^<iframe .*U\+202Eprompt$/);
    await page.getByLabel('Colour tokens by').selectOption('logprob');
    await texts.first().locator('.token').first().waitFor();
    assert.equal(await texts.first().innerText(), HOSTILE[0]);
    await page.getByRole('textbox', { name: 'Search completions' }).fill('onerror');
    await page.locator('mark').waitFor();
    assert.equal(await page.evaluate('typeof hacked'), 'undefined');
    assert.equal(await page.locator('main :is(img, iframe, script, b)').count(), 0);
  });
});

test('a very long completion is cut, and comes whole when asked for', async () => {
  const long = Array.from({ length: 20_000 }, (_, word) => `word${word}`).join(' ');
  await withPanel(runOf([long, '']), async (page) => {
    await titled(page, 'Problem 1, step 1');
    const text = page.locator('.completion-text').first();
    assert.equal((await text.innerText()).length, 4000);
    assert.equal(await page.locator('.completion-text').nth(1).innerText(), 'No text');
    await page.getByRole('button', { name: `Show all ${long.length.toLocaleString('en')} characters` }).click();
    await text.getByText('word19999').waitFor();
    assert.equal(await text.innerText(), long);
    await page.getByLabel('Colour tokens by').selectOption('entropy');
    await page.getByRole('button', { name: /Show all/ }).click();
    await page.locator('[data-token="19999"]').waitFor();
    assert.equal(await page.locator('.completion-text').first().innerText(), long);
  });
});
