/** A language model as judge: its key is typed into the editor, reaches the judge's address, and lies in no file. */
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { screenshot } from '../workbench/artifacts.ts';
import { repository } from '../workbench/extension.ts';
import { quickInput } from '../workbench/palette.ts';
import { chooseFromMenu, openView } from '../workbench/views.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { writeProject } from './project.ts';
import { ended, startTraining } from './runs.ts';
import { scenario, type Stage } from './scenario.ts';

const KEY = 'key-of-the-judge-6f1d';

scenario('a judge is asked with a key that only the editor keeps', async (stage) => {
  const judge = await startJudge(stage);
  const folder = stage.makeFolder('project');
  const reward = 'languageModelJudge.ts';
  cpSync(path.join(repository, 'src/library/rewards', reward), path.join(folder, reward));
  const options = { baseUrl: judge.address, model: 'small' };
  writeProject(folder, {
    steps: 2,
    rewards: [{ file: reward, function: 'judged', timeout: 60, options }],
    changes: { evaluation: { every: 100 } },
  });
  const { page } = await stage.open({ open: { folder } });
  await storeKey(page);
  await startTraining(page, 'small');

  const run = await ended(folder);
  assert.equal(run.status, 'finished');
  assert.ok(judge.questions.length > 0);
  assert.ok(judge.questions.every(({ key }) => key === `Bearer ${KEY}`));
  const reader = RunReader.open(run.dir);
  try {
    assert.ok([...reader.series('reward').mean].every((value) => value > 0 && value <= 1));
  } finally {
    reader.close();
  }
  assert.deepEqual(filesWith(folder, KEY), []);
});

/** Through the menu of the runs, as a person finds it. */
async function storeKey(page: Page): Promise<void> {
  await openView(page, 'RLVR');
  await page.locator('.part.sidebar').getByRole('button', { name: 'Views and More Actions...' }).click();
  await chooseFromMenu(page, 'Store Key of Judge…');
  assert.equal(await quickInput(page).getAttribute('type'), 'password');
  await screenshot(page, 'judge 1 key');
  await quickInput(page).fill(KEY);
  await page.keyboard.press('Enter');
}

interface Question {
  readonly key: string | undefined;
  readonly body: string;
}

/** An OpenAI-compatible service that grades by the length of what it is asked about. */
async function startJudge(
  stage: Stage,
): Promise<{ readonly address: string; readonly questions: readonly Question[] }> {
  const questions: Question[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      questions.push({ key: request.headers.authorization, body });
      const content = `It has some length.\nGrade: ${1 + (body.length % 10)}`;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ choices: [{ message: { role: 'assistant', content } }] }));
    });
  }).listen(0, '127.0.0.1');
  stage.atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const place = server.address();
  assert.ok(typeof place === 'object' && place !== null);
  return { address: `http://127.0.0.1:${place.port}/v1`, questions };
}

/** Paths of files that contain a text. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}
