/** What a debugger is started with for one call of a reward function, run here without one. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { DebuggedCall } from '../../src/engine/protocol/debugScore.ts';
import { JudgeReplies } from '../../src/engine/reward/services/judgeReplies.ts';
import { JUDGE_FILE } from '../../src/engine/run/layout.ts';
import { prepareDebugging, type LaunchConfiguration } from '../../src/extension/cases/debuggedCall.ts';
import { temporaryFolder } from '../run/samples.ts';

const runtime = { path: process.execPath, electron: false };

const REWARD = `import { double } from './double.ts';

/** Scores by what it is given. */
export const given = ({ completion, prompt, completionTokens, index, answer, options }: Record<string, never>): number => {
  if (completion === 'broken') throw new Error('on purpose');
  return double([completion, prompt, completionTokens, index, answer, options].join(' ').length);
};
export const rank = (batch: readonly unknown[]) => batch.map((_, index) => (index === 2 ? null : index));
`;

function aCall(changes: Partial<DebuggedCall> = {}): DebuggedCall {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'reward.ts'), REWARD);
  writeFileSync(join(folder, 'double.ts'), 'export const double = (value: number): number => 2 * value;\n');
  return {
    file: join(folder, 'reward.ts'),
    baseDir: folder,
    function: 'given',
    per: 'completion',
    options: {},
    group: {
      row: { answer: '42' },
      prompt: 'p',
      completions: ['a', 'bb', 'ccc'].map((text) => ({ text, tokens: 7 })),
    },
    index: 1,
    ...changes,
  };
}

async function prepared(
  t: TestContext,
  call: DebuggedCall,
  runDir: string | null = null,
): Promise<LaunchConfiguration> {
  const { configuration, folder } = await prepareDebugging(call, runtime, runDir);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return configuration;
}

/** The lines that the program prints. */
async function run({ runtimeExecutable, program, args, cwd, env }: LaunchConfiguration): Promise<string[]> {
  const { stdout } = await promisify(execFile)(runtimeExecutable, [program, ...args], {
    cwd,
    env: { ...process.env, ...env },
  });
  return stdout.trimEnd().split('\n');
}

test('the function is called once with what a run gives it, and nothing limits it, which is said', async (t) => {
  const [warning, result, ...more] = await run(await prepared(t, aCall()));
  assert.match(warning ?? '', /^This call is unrestricted and untimed/);
  assert.equal(result, `given is ${2 * 'bb p 7 1 42 [object Object]'.length}`);
  assert.deepEqual(more, []);
});

test('a group is given whole, and the score is that of the one completion', async (t) => {
  const scoreOf = async (index: number): Promise<string | undefined> =>
    (await run(await prepared(t, aCall({ function: 'rank', per: 'group', index })))).at(-1);
  assert.equal(await scoreOf(1), 'rank is 1');
  assert.equal(await scoreOf(2), 'rank is not applicable (null)');
});

test('what a run would ask of its engine is answered', async (t) => {
  const call = aCall({ function: 'tested' });
  const code = "import { runTests } from 'rlvr';\nexport const tested = async ({ completion: code }) =>\n";
  writeFileSync(
    call.file,
    `${code}  (await runTests({ language: 'javascript', code, tests: 'if (sum(1, 2) !== 3) throw 1;' })).passed;\n`,
  );
  const scoreOf = async (text: string): Promise<string | undefined> => {
    const group = { row: {}, prompt: '', completions: [{ text, tokens: 1 }] };
    return (await run(await prepared(t, { ...call, group, index: 0 }))).at(-1);
  };
  assert.equal(await scoreOf('const sum = (a, b) => a + b;'), 'tested is 1');
  assert.equal(await scoreOf('const sum = (a, b) => a - b;'), 'tested is 0');
});

test('what a judge replied in the run is known, and that there is no key for anything else is said', async (t) => {
  const baseUrl = 'http://127.0.0.1:1/v1';
  const call = aCall({ function: 'judged', options: { baseUrl } });
  const code = "import { judge } from 'rlvr';\nexport const judged = async ({ completion, options: { baseUrl } }) =>\n";
  writeFileSync(call.file, `${code}  (await judge({ baseUrl, model: 'm', prompt: completion })).score;\n`);
  const runDir = temporaryFolder();
  const replies = new JudgeReplies();
  await replies.keepIn(join(runDir, JUDGE_FILE));
  const question = { service: 'judge', baseUrl, model: 'm', prompt: 'bb', maxTokens: 512, temperature: 0 } as const;
  await replies.get(question, () => Promise.resolve('0.75'));
  await replies.written();
  const before = readFileSync(join(runDir, JUDGE_FILE), 'utf8');
  const [, notice, result, ...more] = await run(await prepared(t, call, runDir));
  assert.match(notice ?? '', /^It asks a judge: .* without your key/);
  assert.deepEqual([result, more], ['judged is 0.75', []]);
  assert.equal(readFileSync(join(runDir, JUDGE_FILE), 'utf8'), before, 'the run is left as it was');
});

test('what a function throws is told with the line of its file', async (t) => {
  const group = { row: {}, prompt: '', completions: [{ text: 'broken', tokens: 1 }] };
  const lines = await run(await prepared(t, aCall({ group, index: 0 })));
  assert.equal(lines.at(-1), 'given failed: reward.ts:5:38: Error: on purpose');
});

const mapSchema = z.object({ sources: z.array(z.string()) });

test("the debugger finds the module's source map, and in it the reward file", async (t) => {
  const call = aCall();
  const { args, outFiles, resolveSourceMapLocations, env, type } = await prepared(t, call);
  const module = args[2] ?? '';
  assert.deepEqual([type, env], ['node', {}]);
  assert.deepEqual(outFiles, resolveSourceMapLocations);
  assert.equal(outFiles[0], `${dirname(module).replaceAll('\\', '/')}/**`);
  const [, encoded = ''] =
    /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(readFileSync(module, 'utf8')) ?? [];
  const { sources } = mapSchema.parse(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')));
  assert.deepEqual(
    sources.map((source) => resolve(dirname(module), source)).sort(),
    [join(call.baseDir, 'double.ts'), call.file].sort(),
  );
});

test('the program of the editor is Node only if told so', async (t) => {
  const { configuration, folder } = await prepareDebugging(aCall(), { ...runtime, electron: true }, null);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  assert.deepEqual(configuration.env, { ELECTRON_RUN_AS_NODE: '1' });
});

test('a file that cannot be bundled, or has no such function, is told of before a debugger is started', async () => {
  const broken = aCall();
  writeFileSync(broken.file, 'export const given = ;\n');
  await assert.rejects(prepareDebugging(broken, runtime, null), /reward\.ts cannot be loaded:\n {2}reward\.ts:1:22: /);
  await assert.rejects(prepareDebugging(aCall({ function: 'givn' }), runtime, null), /did you mean "given"\?/);
});
