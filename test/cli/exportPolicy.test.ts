/** `rlvr export --model`: policies of a run in the forms that other programs load. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { loadModel } from '../../src/engine/model/loadModel.ts';
import { readAdapter } from '../../src/engine/model/peft.ts';
import { readSafetensors, type Tensor } from '../../src/engine/model/tensorData.ts';
import { exportPolicy } from '../../src/engine/trainer/exportPolicy.ts';
import { HANG_LIMIT, makeProject, train, type Changes, type Project } from '../support/trainingProject.ts';
import { jsonLines, rlvr } from './rlvr.ts';

interface TrainedRun {
  readonly project: Project;
  /** Under the project's folder. */
  readonly run: string;
  readonly dir: string;
}

async function trained(changes: Changes): Promise<TrainedRun> {
  const project = await makeProject('gpt2');
  const { dir } = await train(project, {
    training: { steps: 4 },
    evaluation: { every: 2 },
    checkpoint: { every: 2, keep: 5 },
    ...changes,
  });
  return { project, run: join('runs', readdirSync(join(project.folder, 'runs'))[0] ?? ''), dir };
}

let adapted: TrainedRun;
let whole: TrainedRun;

before(async () => {
  adapted = await trained({ lora: { rank: 2, alpha: 6, rankStabilized: true, targets: ['c_attn', 'c_fc'] } });
  whole = await trained({ full: true });
}, HANG_LIMIT);

/** Even where it may replace what lies there. */
async function assertRefused(runDir: string, outDir: string, message: RegExp): Promise<void> {
  const options = { runDir, outDir, policy: 'last', form: 'merged', overwrite: true } as const;
  await assert.rejects(exportPolicy(options, new AbortController().signal), { name: 'UserError', message });
}

function weightsOf(folder: string): Promise<Map<string, Tensor>> {
  return readSafetensors(join(folder, 'model.safetensors'));
}

describe('of a run that trained an adapter', () => {
  test('the adapter, with its model named and the tokenizer beside it', HANG_LIMIT, async () => {
    const { project, run, dir } = adapted;
    const args = ['export', run, '--model', 'out/adapter', '--as', 'peft', '--checkpoint', '2'];
    const { code, stdout, stderr } = await rlvr(args, project.folder);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Wrote the adapter of step 2 to out\/adapter: 4 files, \d/);
    const out = join(project.folder, 'out/adapter');
    const saved = await readAdapter(join(dir, 'checkpoints/step-2'));
    const { config, modules } = await readAdapter(out);
    assert.deepEqual(modules, saved.modules);
    assert.deepEqual(config, { ...saved.config, baseModel: join(project.folder, 'model'), revision: null });
    assert.deepEqual(readdirSync(join(project.folder, 'out')), ['adapter']);
  });

  test(
    'merged: the weights that the adapter changes, and no others, have their products added',
    HANG_LIMIT,
    async () => {
      const { project, run, dir } = adapted;
      const args = ['export', run, '--model', 'merged', '--as', 'merged', '--json'];
      const { code, stdout, stderr } = await rlvr(args, project.folder);
      assert.equal(code, 0, stderr);
      const out = join(project.folder, 'merged');
      const files = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'];
      const [line] = jsonLines(stdout);
      const bytes = line?.['bytes'];
      assert.ok(typeof bytes === 'number' && bytes > 1000);
      assert.deepEqual(line, { event: 'exported', what: 'merged', file: out, step: 4, files, bytes });
      const { modules } = await readAdapter(join(dir, 'state/step-4'));
      const [before, after] = await Promise.all([weightsOf(join(project.folder, 'model')), weightsOf(out)]);
      assert.deepEqual([...after.keys()], [...before.keys()]);
      for (const [name, { data, shape }] of before) {
        const own = modules.get(name.replace(/\.weight$/, ''));
        const [rows = 0, columns = 0] = shape;
        const expected = data.map((value, at) => {
          if (!own) return value;
          let product = 0;
          for (let r = 0; r < 2; r++)
            product += (own.b[(at % columns) * 2 + r] ?? NaN) * (own.a[r * rows + Math.floor(at / columns)] ?? NaN);
          return value + (6 / Math.sqrt(2)) * product;
        });
        const found = after.get(name)?.data ?? assert.fail(name);
        for (const [at, value] of expected.entries())
          assert.ok(Math.abs((found[at] ?? NaN) - value) < 1e-6, `${name}, ${at}: ${found[at]} is not ${value}`);
      }
    },
  );

  test('as ONNX, of the best', HANG_LIMIT, async () => {
    const { project, run } = adapted;
    const args = ['export', run, '--model', 'onnx', '--as', 'onnx', '--checkpoint', 'best'];
    const { code, stdout, stderr } = await rlvr(args, project.folder);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Wrote the ONNX model of step \d to onnx: 5 files/);
    assert.ok(existsSync(join(project.folder, 'onnx/onnx/model.onnx')));
  });

  test('before training there is no adapter, and the merged model is the model', HANG_LIMIT, async () => {
    const { project, run } = adapted;
    const none = await rlvr(['export', run, '--model', 'none', '--as', 'peft', '--checkpoint', '0'], project.folder);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /Before training \(step 0\) the policy is the model itself/);
    const own = await rlvr(['export', run, '--model', 'own', '--as', 'merged', '--checkpoint', '0'], project.folder);
    assert.equal(own.code, 0, own.stderr);
    assert.deepEqual(
      readFileSync(join(project.folder, 'own/model.safetensors')),
      readFileSync(join(project.folder, 'model/model.safetensors')),
    );
  });

  test('a model that is no longer the one that was trained on is not merged into', HANG_LIMIT, async () => {
    const { project, dir } = adapted;
    const config = join(project.folder, 'model/config.json');
    const text = readFileSync(config, 'utf8');
    appendFileSync(config, ' ');
    const options = { runDir: dir, outDir: join(project.folder, 'changed'), policy: 'last', form: 'merged' } as const;
    await assert.rejects(exportPolicy({ ...options, overwrite: false }, new AbortController().signal), {
      name: 'UserError',
      message: /changed since the run began/,
    });
    writeFileSync(config, text);
    assert.ok(!existsSync(join(project.folder, 'changed')));
  });
});

describe('of a run that trained all weights', () => {
  test('merged: the weights of the checkpoint, without its optimiser', HANG_LIMIT, async () => {
    const { project, run, dir } = whole;
    const { code, stderr } = await rlvr(
      ['export', run, '--model', 'out', '--as', 'merged', '--checkpoint', '2'],
      project.folder,
    );
    assert.equal(code, 0, stderr);
    const out = join(project.folder, 'out');
    assert.deepEqual(await weightsOf(out), await weightsOf(join(dir, 'checkpoints/step-2')));
    assert.ok(!existsSync(join(out, 'optimizer.safetensors')));
    assert.equal((await loadModel(out)).warnings.length, 0);
  });

  test('no adapter', HANG_LIMIT, async () => {
    const { code, stderr } = await rlvr(
      ['export', whole.run, '--model', 'adapter', '--as', 'peft'],
      whole.project.folder,
    );
    assert.equal(code, 1);
    assert.match(stderr, /trained all weights, so it has no adapter/);
  });
});

describe('whole or not at all, and in place of nothing else', () => {
  test('a folder that is there is replaced where that is said, and where it is an export', HANG_LIMIT, async () => {
    const { project, run } = whole;
    const out = join(project.folder, 'again');
    const args = ['export', run, '--model', 'again', '--as', 'merged'];
    assert.equal((await rlvr(args, project.folder)).code, 0);
    const refused = await rlvr(args, project.folder);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /again is there already\. .*--overwrite/);
    rmSync(join(out, 'tokenizer.json'));
    assert.equal((await rlvr([...args, '--overwrite'], project.folder)).code, 0);
    assert.ok(existsSync(join(out, 'tokenizer.json')));
    // What somebody put beside it would be lost.
    mkdirSync(join(out, 'notes'));
    writeFileSync(join(out, 'notes/thesis.md'), 'mine');
    const kept = await rlvr([...args, '--overwrite'], project.folder);
    assert.equal(kept.code, 1);
    assert.match(kept.stderr, /again holds notes\/thesis\.md, which was not exported/);
    assert.equal(readFileSync(join(out, 'notes/thesis.md'), 'utf8'), 'mine');
  });

  test('a folder that is none of ours stays, whatever is in it', HANG_LIMIT, async () => {
    const { project, dir } = whole;
    const others = join(project.folder, 'downloaded');
    cpSync(join(project.folder, 'model'), others, { recursive: true });
    await assertRefused(dir, others, /something else than an export, as it has no rlvr-export\.json/);
    assert.deepEqual(readdirSync(others), readdirSync(join(project.folder, 'model')));
  });

  test('nothing is written over or into what the export reads', HANG_LIMIT, async () => {
    const first = join(adapted.project.folder, 'first');
    const options = { runDir: adapted.dir, outDir: first, policy: 'last', form: 'peft', overwrite: false } as const;
    await exportPolicy(options, new AbortController().signal);
    const { dir } = await train(adapted.project, { lora: { from: 'first' }, training: { steps: 1 } });
    for (const place of [dir, join(adapted.project.folder, 'model'), first]) {
      await assertRefused(dir, place, /which the export reads/);
      await assertRefused(dir, join(place, 'new'), /new lies in .*, which the export reads/);
      await assertRefused(dir, join(place, '..'), /has .* in it, which the export reads/);
    }
    const link = join(adapted.project.folder, 'link');
    symlinkSync(first, link, 'junction');
    await assertRefused(dir, join(link, 'new'), /lies in .*first, which the export reads/);
    assert.deepEqual((await readAdapter(first)).config.rank, 2);
  });

  test('stopped, it leaves nothing', HANG_LIMIT, async () => {
    const { project, dir } = whole;
    const place = join(project.folder, 'stopped');
    const options = { runDir: dir, outDir: join(place, 'model'), policy: 'last', form: 'onnx' } as const;
    const signal = AbortSignal.abort(new Error('enough'));
    await assert.rejects(exportPolicy({ ...options, overwrite: false }, signal), /enough/);
    assert.deepEqual(readdirSync(place), []);
  });

  test('a damaged checkpoint is said', HANG_LIMIT, async () => {
    const { project, dir } = adapted;
    const copy = join(project.folder, 'damaged');
    cpSync(dir, copy, { recursive: true });
    rmSync(join(copy, 'checkpoints/step-2/adapter_model.safetensors'));
    const options = { runDir: copy, outDir: join(project.folder, 'whole'), policy: 2, form: 'peft' } as const;
    await assert.rejects(exportPolicy({ ...options, overwrite: false }, new AbortController().signal), {
      name: 'UserError',
      message: /adapter_model\.safetensors is missing/,
    });
    assert.ok(!existsSync(join(project.folder, 'whole')));
  });
});

test('options that do not go together', async () => {
  const { run, project } = whole;
  for (const [args, message] of [
    [['--model', 'x'], /--model needs --as peft\|merged\|onnx/],
    [['--model', 'x', '--as', 'gguf'], /"gguf" is none of them/],
    [['--model', 'x', '--as', 'onnx', '--checkpoint', 'all'], /--checkpoint must be one step, best or last/],
    [['--model', 'x', '--as', 'onnx', '--metrics', 'm.csv'], /--metrics does not go with --model/],
    [['--as', 'onnx'], /--as goes with --model/],
  ] as const) {
    const { code, stderr } = await rlvr(['export', run, ...args], project.folder);
    assert.equal(code, 2);
    assert.match(stderr, message);
  }
});
