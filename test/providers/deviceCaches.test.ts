/** Rollouts whose keys and values stay on the card: WebGPU on a graphics card in software, against the CPU. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import * as z from 'zod';
import { temporaryFolder } from '../run/samples.ts';
import { assertSameRows } from '../support/golden.ts';
import { NO_SWIFT_SHADER, SWIFT_SHADER } from '../support/swiftShader.ts';
import { writeTinyModel } from '../support/tinyModel.ts';

const PROGRAM = path.join(import.meta.dirname, '../support/deviceRollouts.ts');
/** Log-probabilities of the same model in float32, summed in other orders: the golden values' tolerance. */
const LOGPROB_TOLERANCE = 2e-4;

const tokensOf = ({ tokens }: { readonly tokens: readonly number[] }) => tokens;
const logprobsOf = ({ logprobs }: { readonly logprobs: Float32Array }) => logprobs;

const floats = z.array(z.number()).transform((numbers) => Float32Array.from(numbers));
const written = z.array(
  z.object({
    completions: z.array(z.object({ tokens: z.array(z.number()), logprobs: floats })),
    downloaded: z.array(z.string()),
    made: z.number(),
    left: z.array(z.number()),
  }),
);

test(
  'keys and values stay on the card, are given back, and make the completions of the CPU',
  { skip: NO_SWIFT_SHADER },
  async () => {
    const model = path.join(temporaryFolder(), 'model');
    await writeTinyModel(model, 'llama');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', PROGRAM, model],
      { env: { ...process.env, ...SWIFT_SHADER }, encoding: 'utf8' },
    );
    assert.equal(status, 0, stderr);
    const [cpu, card] = written.parse(JSON.parse(stdout));
    assert.ok(cpu && card);
    assert.deepEqual(card.completions.map(tokensOf), cpu.completions.map(tokensOf));
    assertSameRows(card.completions.map(logprobsOf), cpu.completions.map(logprobsOf), 'rows', LOGPROB_TOLERANCE);
    // What was drawn is all that came back: neither keys and values nor hidden states.
    assert.deepEqual(card.downloaded, ['drawn', 'entropies', 'logprobs']);
    assert.ok(cpu.downloaded.includes('layer.0.keys'));
    assert.ok(card.made > 100);
    // After the first call there are the prompts that are kept for the second, and then nothing.
    assert.deepEqual(card.left, [2, 0, 0]);
  },
);
