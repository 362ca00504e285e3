/** Policies as other programs load them: a merged folder read by the engine, an ONNX file run by stock ONNX Runtime. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { openPolicy } from '../../src/engine/compute/openPolicy.ts';
import { computeLogits } from '../../src/engine/compute/verify/forwardChecks.ts';
import { readReference, type Reference } from '../../src/engine/compute/verify/reference.ts';
import { LOGIT_TOLERANCE } from '../../src/engine/compute/verify/tolerances.ts';
import { writeModelFolder } from '../../src/engine/model/hfExport.ts';
import { loadModel } from '../../src/engine/model/loadModel.ts';
import { locateModel, type LocatedModel } from '../../src/engine/model/locateModel.ts';
import { mergedWeights, type TensorValues } from '../../src/engine/model/mergedWeights.ts';
import { writeOnnxFolder } from '../../src/engine/model/onnxExport.ts';
import type { OnnxFileLimits } from '../../src/engine/model/onnxFile.ts';
import { readAdapter } from '../../src/engine/model/peft.ts';
import { ARCHITECTURES, goldenFolder, type GoldenName } from '../support/golden.ts';

const scratch = mkdtempSync(join(tmpdir(), 'exports-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

const SIGNAL = new AbortController().signal;

/** PyTorch's logits of the model with the adapter, over the rows of the reference. */
interface GoldenExport {
  readonly model: LocatedModel;
  readonly weights: ReadonlyMap<string, TensorValues>;
  readonly reference: Reference;
  readonly logits: Float32Array;
}

async function golden(name: GoldenName, withAdapter: boolean): Promise<GoldenExport> {
  const folder = goldenFolder(name);
  const adapter = join(folder, 'adapter');
  const model = await locateModel(folder);
  const reference = await readReference(join(withAdapter ? adapter : folder, 'golden.safetensors'));
  return {
    model,
    weights: mergedWeights(model, withAdapter ? await readAdapter(adapter) : null),
    reference,
    logits: reference.tensors.get('logits')?.data ?? assert.fail('the reference has logits'),
  };
}

/** Compares the real positions of each row; padding says nothing. */
function assertLogits(actual: ArrayLike<number>, { reference, logits, model }: GoldenExport, what: string): void {
  const { vocabularySize } = model.architecture;
  let largest = 0;
  for (const [row, { prompt, tokens }] of reference.rows.entries())
    for (let at = 0; at < (prompt.length + tokens.length) * vocabularySize; at++) {
      const index = row * reference.time * vocabularySize + at;
      largest = Math.max(largest, Math.abs((actual[index] ?? NaN) - (logits[index] ?? NaN)));
      if (Number.isNaN(largest)) assert.fail(`${what}: no number at ${index}`);
    }
  assert.ok(largest <= LOGIT_TOLERANCE, `${what}: logits differ by ${largest}`);
}

describe('a merged folder has the logits of PyTorch with the adapter', () => {
  for (const name of ARCHITECTURES)
    test(name, async () => {
      const expected = await golden(name, true);
      const { model, weights, reference } = expected;
      const folder = join(scratch, `merged-${name}`);
      const stored = Array.from(weights, ([key, { read }]) => [model.storedNames.get(key) ?? key, read] as const);
      await writeModelFolder(model.folder, folder, new Map(stored));
      const { current } = await openPolicy(await loadModel(folder), { lora: null, state: null, seed: 0 });
      const logits = await computeLogits({
        policy: current,
        reference,
        providers: ['cpu'],
        threads: 1,
        signal: SIGNAL,
      });
      assert.ok(logits.data instanceof Float32Array);
      assertLogits(logits.data, expected, name);
    });
});

/** One session of stock ONNX Runtime, which is told the file and nothing else. */
class OnnxModel {
  readonly #session: ort.InferenceSession;
  readonly #model: LocatedModel;

  private constructor(session: ort.InferenceSession, model: LocatedModel) {
    this.#session = session;
    this.#model = model;
  }

  static async open(file: string, model: LocatedModel): Promise<OnnxModel> {
    return new OnnxModel(await ort.InferenceSession.create(file, { logSeverityLevel: 3 }), model);
  }

  get names(): { readonly inputs: readonly string[]; readonly outputs: readonly string[] } {
    return { inputs: this.#session.inputNames, outputs: this.#session.outputNames };
  }

  emptyCache(rows: number): Record<string, ort.Tensor> {
    const { layers, keyValueHeads, headSize } = this.#model.architecture;
    const empty = (): ort.Tensor => new ort.Tensor('float32', new Float32Array(), [rows, keyValueHeads, 0, headSize]);
    const named = Array.from({ length: layers }, (_, layer) => ['key', 'value'].map((kind) => `${layer}.${kind}`));
    return Object.fromEntries(named.flat().map((name) => [`past_key_values.${name}`, empty()]));
  }

  /**
   * @param tokens as long as each other
   * @param mask over the cache and the tokens; positions count what it leaves, as transformers.js does
   */
  async run(
    tokens: readonly (readonly number[])[],
    mask: readonly (readonly number[])[],
    cache: Record<string, ort.Tensor>,
  ): Promise<{ logits: Float32Array; cache: Record<string, ort.Tensor> }> {
    const time = tokens[0]?.length ?? 0;
    const positions = mask.map((row) => {
      let seen = 0;
      return row.map((real) => (real ? seen++ : 1)).slice(-time);
    });
    const outputs = await this.#session.run({
      input_ids: integers(tokens),
      attention_mask: integers(mask),
      position_ids: integers(positions),
      ...cache,
    });
    const logits = outputs['logits']?.data;
    assert.ok(logits instanceof Float32Array);
    const presents = Object.entries(outputs).flatMap(([name, value]) =>
      name.startsWith('present.') ? [[name.replace('present.', 'past_key_values.'), value] as const] : [],
    );
    return { logits, cache: Object.fromEntries(presents) };
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

function integers(rows: readonly (readonly number[])[]): ort.Tensor {
  const data = BigInt64Array.from(rows.flat(), BigInt);
  return new ort.Tensor('int64', data, [rows.length, rows[0]?.length ?? 0]);
}

async function exported(name: string, expected: GoldenExport, limits?: OnnxFileLimits): Promise<string> {
  const folder = join(scratch, name);
  await writeOnnxFolder(expected.model, folder, expected.weights, limits);
  return folder;
}

/** The reference's rows, padded on the right. */
function paddedRows({ rows, time }: Reference): { tokens: number[][]; mask: number[][] } {
  const whole = rows.map(({ prompt, tokens }) => [...prompt, ...tokens]);
  return {
    tokens: whole.map((row) => Array.from({ length: time }, (_, at) => row[at] ?? 0)),
    mask: whole.map((row) => Array.from({ length: time }, (_, at) => Number(at < row.length))),
  };
}

describe('an ONNX file has the logits of PyTorch with the adapter', () => {
  for (const name of ARCHITECTURES)
    test(name, async () => {
      const expected = await golden(name, true);
      const folder = await exported(`onnx-${name}`, expected);
      assert.deepEqual(readdirSync(join(folder, 'onnx')), ['model.onnx']);
      const model = await OnnxModel.open(join(folder, 'onnx/model.onnx'), expected.model);
      const { tokens, mask } = paddedRows(expected.reference);
      const all = await model.run(tokens, mask, model.emptyCache(tokens.length));
      assertLogits(all.logits, expected, 'at once');
      await model.release();
    });
});

describe('in whatever parts a row is given, on whichever side it is padded, its last logits are the same', () => {
  for (const name of ARCHITECTURES)
    test(name, async () => {
      const expected = await golden(name, false);
      const folder = await exported(`parts-${name}`, expected);
      const model = await OnnxModel.open(join(folder, 'onnx/model.onnx'), expected.model);
      const { vocabularySize } = expected.model.architecture;
      const { rows, time } = expected.reference;
      const part = fc.record({
        row: fc.nat(rows.length - 1),
        padding: fc.nat(5),
        cuts: fc.array(fc.nat(time), { maxLength: 3 }),
        neighbours: fc.nat(1),
      });
      await fc.assert(
        fc.asyncProperty(part, async ({ row, padding, cuts, neighbours }) => {
          const { prompt = [], tokens: completion = [] } = rows[row] ?? {};
          const own = [...prompt, ...completion];
          const padded = [...Array.from({ length: padding }, () => 0), ...own];
          // A row beside it that is not padded, and has other tokens.
          const other = padded.map((token) => (token + 1) % vocabularySize);
          const batch = [padded, ...Array.from({ length: neighbours }, () => other)];
          const mask = [padded.map((_, at) => Number(at >= padding)), ...batch.slice(1).map((one) => one.map(() => 1))];
          const ends = [...new Set([...cuts.filter((cut) => cut > 0 && cut < padded.length), padded.length])];
          let cache = model.emptyCache(batch.length);
          let start = 0;
          for (const end of ends.sort((a, b) => a - b)) {
            const step = await model.run(
              batch.map((one) => one.slice(start, end)),
              mask.map((one) => one.slice(0, end)),
              cache,
            );
            cache = step.cache;
            for (let at = Math.max(start, padding); at < end; at++)
              for (let token = 0; token < vocabularySize; token++) {
                const actual = step.logits[(at - start) * vocabularySize + token] ?? NaN;
                const place = (row * time + at - padding) * vocabularySize + token;
                const difference = Math.abs(actual - (expected.logits[place] ?? NaN));
                assert.ok(difference <= LOGIT_TOLERANCE, `place ${at}, token ${token} differ by ${difference}`);
              }
            start = end;
          }
        }),
        { numRuns: 12 },
      );
      await model.release();
    });
});

test('weights that do not fit into the file lie beside it, in parts, and the configuration says so', async () => {
  const expected = await golden('llama', true);
  const limits = { inside: 0, dataFile: 2 ** 17 };
  const folder = await exported('beside', expected, limits);
  const files = readdirSync(join(folder, 'onnx'));
  assert.ok(files.length > 2 && files.includes('model.onnx_data') && files.includes('model.onnx_data_1'), files.join());
  const config: unknown = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
  assert.ok(typeof config === 'object' && config !== null && 'transformers.js_config' in config);
  assert.deepEqual(config['transformers.js_config'], {
    dtype: 'fp32',
    use_external_data_format: { 'model.onnx': files.length - 1 },
  });
  const model = await OnnxModel.open(join(folder, 'onnx/model.onnx'), expected.model);
  const { tokens, mask } = paddedRows(expected.reference);
  assertLogits((await model.run(tokens, mask, model.emptyCache(tokens.length))).logits, expected, 'beside');
  await model.release();
});

test('names and files are those of Optimum and transformers.js', async () => {
  const folder = join(scratch, 'stories');
  const model = await locateModel(join(import.meta.dirname, '../fixtures/stories260K'));
  await writeOnnxFolder(model, folder, mergedWeights(model, null));
  const files = readdirSync(folder);
  for (const file of ['config.json', 'generation_config.json', 'tokenizer.json', 'onnx'])
    assert.ok(files.includes(file), file);
  const opened = await OnnxModel.open(join(folder, 'onnx/model.onnx'), model);
  const { layers } = model.architecture;
  const cached = (prefix: string): string[] =>
    Array.from({ length: layers }, (_, layer) => [`${prefix}.${layer}.key`, `${prefix}.${layer}.value`]).flat();
  assert.deepEqual([...opened.names.inputs].sort(), [
    ...['attention_mask', 'input_ids', ...cached('past_key_values'), 'position_ids'].sort(),
  ]);
  assert.deepEqual([...opened.names.outputs].sort(), ['logits', ...cached('present')].sort());
  await opened.release();
});
