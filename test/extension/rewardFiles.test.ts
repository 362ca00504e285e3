/** Reward files as the editor writes them: types without a red line in a folder without node_modules, and scores that are right. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { rewardDeclarations } from '../../scripts/rewardDeclarations.ts';
import { bundleReward } from '../../src/engine/reward/bundle.ts';
import { rewardTexts, writeRewardFiles } from '../../src/extension/experiments/rewardFiles.ts';
import { readRewardTemplates, type RewardTemplate } from '../../src/extension/experiments/rewardTemplates.ts';
import { putRewardTypes } from '../../src/extension/experiments/rewardTypes.ts';

const productDir = resolve(import.meta.dirname, '../..');
const templates = readRewardTemplates(join(productDir, 'src/library/rewards'));
/** Outside the product, so that no node_modules and no tsconfig.json is above it. */
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'reward-files-')));
after(() => rmSync(folder, { recursive: true }));

test('the types beside the examples are those of the library', async () => {
  const declarations = await rewardDeclarations();
  for (const example of ['demo', 'gsm8k'])
    assert.equal(
      readFileSync(join(productDir, 'examples', example, 'rlvr.d.ts'), 'utf8'),
      declarations,
      'run `npm run make-declarations`',
    );
});

const responseSchema = z.object({
  type: z.literal('response'),
  request_seq: z.number(),
  success: z.literal(true),
  body: z.array(z.object({ text: z.string() })),
});

/** What VS Code sets for files of no project (`inferredProjectConfig.ts` of its TypeScript extension). */
const LOOSE_FILE_OPTIONS = {
  module: 'ESNext',
  moduleResolution: 'Bundler',
  target: 'ES2022',
  jsx: 'react',
  allowImportingTsExtensions: true,
  strictNullChecks: true,
  strictFunctionTypes: true,
  allowJs: true,
  allowSyntheticDefaultImports: true,
  sourceMap: true,
};

/** The red lines in each file, as the language server behind VS Code draws them in files of no project. */
async function redLines(files: readonly string[]): Promise<string[][]> {
  const server = createRequire(import.meta.url).resolve('typescript/lib/tsserver.js');
  const options = ['--useInferredProjectPerProjectRoot', '--disableAutomaticTypingAcquisition'];
  const child = spawn(process.execPath, [server, ...options], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const requests = [
      { command: 'compilerOptionsForInferredProjects', arguments: { options: LOOSE_FILE_OPTIONS } },
      ...files.map((file) => ({ command: 'open', arguments: { file, projectRootPath: folder } })),
      ...files.map((file) => ({ command: 'semanticDiagnosticsSync', arguments: { file } })),
    ];
    for (const [seq, request] of requests.entries())
      child.stdin.write(`${JSON.stringify({ seq, type: 'request', ...request })}\n`);
    const first = requests.length - files.length;
    const answers = new Map<number, string[]>();
    for await (const line of createInterface(child.stdout)) {
      if (!line.includes('"type":"response"')) continue;
      const response = responseSchema.safeParse(JSON.parse(line));
      if (!response.success || response.data.request_seq < first) continue;
      answers.set(
        response.data.request_seq,
        response.data.body.map(({ text }) => text),
      );
      if (answers.size === files.length) break;
    }
    return files.map((_, index) => answers.get(first + index) ?? assert.fail('tsserver ended'));
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}

test(
  'a reward file has no red line in a folder without node_modules, and a slip has one',
  { timeout: 60_000 },
  async () => {
    // Each in a folder of its own, as experiments are: the types lie beside every one.
    const newFile = (name: string): string => {
      const own = join(folder, name);
      mkdirSync(own);
      return join(own, 'reward.ts');
    };
    const copied = templates.map((template) => {
      const path = newFile(template.label);
      writeRewardFiles(template, { path, mayReplace: false }, 'the "answer"', productDir);
      return path;
    });
    const slip = rewardTextOf('Exact match').replace('completion.trim()', 'completin.trim()');
    const written = ['demo', 'gsm8k', 'slip'].map((name) => {
      const path = newFile(name);
      putRewardTypes(productDir, dirname(path));
      const text = name === 'slip' ? slip : readFileSync(join(productDir, 'examples', name, 'reward.ts'), 'utf8');
      writeFileSync(path, text);
      return path;
    });
    const lines = await redLines([...copied, ...written]);
    assert.deepEqual(
      lines.slice(0, -1),
      lines.slice(1).map(() => []),
    );
    assert.match(lines.at(-1)?.join() ?? '', /completin/);
  },
);

test('in a project with several folders of experiments the types are no error', { timeout: 60_000 }, async () => {
  const project = join(folder, 'project');
  const compilerOptions = { strict: true, noEmit: true, skipLibCheck: false, types: [], target: 'ES2022' };
  mkdirSync(project);
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  for (const name of ['a', 'b']) {
    mkdirSync(join(project, name));
    putRewardTypes(productDir, join(project, name));
    copyFileSync(join(productDir, 'examples/demo/reward.ts'), join(project, name, 'reward.ts'));
  }
  const tsc = spawn(process.execPath, [createRequire(import.meta.url).resolve('typescript/lib/tsc.js'), '-p', project]);
  const printed: string[] = [];
  tsc.stdout.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
  await once(tsc, 'close');
  assert.equal(tsc.exitCode, 0, printed.join(''));
});

function templateOf(label: string): RewardTemplate {
  return templates.find((template) => template.label === label) ?? assert.fail(label);
}

function rewardTextOf(label: string): string {
  return rewardTexts(templateOf(label), 'reward.ts', 'answer')[0].text;
}

/** The exported function of a template's file, bundled as for the grader. */
async function bundled(label: string): Promise<(argument: unknown) => unknown> {
  const file = join(folder, `${label}.ts`);
  writeFileSync(file, rewardTextOf(label));
  const module = await bundleReward(file, { outDir: join(folder, 'bundles') });
  const loaded: unknown = await import(pathToFileURL(module.path).href);
  assert.ok(typeof loaded === 'object' && loaded !== null);
  const reward: unknown = Object.fromEntries(Object.entries(loaded))[templateOf(label).function];
  assert.ok(typeof reward === 'function');
  return (argument) => {
    const score: unknown = Reflect.apply(reward, undefined, [argument]);
    return score;
  };
}

test('templates score as they say', async () => {
  const row = (completion: string, answer: string | number, completionTokens = 1): object => ({
    completion,
    answer,
    completionTokens,
  });
  const exact = await bundled('Exact match');
  assert.deepEqual([exact(row(' 12\n', 12)), exact(row('12.', '12'))], [1, 0]);

  const number = await bundled('Number match');
  assert.equal(number(row('That makes $1,072.50.', '#### 1072.5')), 1);
  assert.deepEqual([number(row('5-3', '3')), number(row('so -3', -3)), number(row('none', '3'))], [1, 1, 0]);

  const format = await bundled('Format');
  assert.equal(format(row('<think>\na\n</think>\n<answer>b</answer>\n', '')), 1);
  assert.equal(format(row('<answer>b</answer>', '')), 0);

  const brevity = await bundled('Length penalty');
  assert.deepEqual(
    [1, 100, 150, 200, 900].map((tokens) => brevity(row('', '', tokens))),
    [0, 0, -0.5, -1, -1],
  );

  const group = await bundled('Group reward');
  assert.deepEqual(group([row('is 4', 4, 10), row('4', 4, 5), row('5', 4, 1)]), [0.5, 1, 0]);
  assert.deepEqual(group([row('5', 4, 1)]), [0]);
});
