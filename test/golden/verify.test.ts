/** `verifyModel` on the golden models: everything is compared and agrees, and what is wrong is found and named. */
import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { worstCheck, type Check } from '../../src/engine/compute/verify/check.ts';
import { verifyModel, type VerifyReport } from '../../src/engine/compute/verify/verifyModel.ts';
import { loadModel } from '../../src/engine/model/loadModel.ts';
import { readSafetensors } from '../../src/engine/model/tensorData.ts';
import { advantageNames } from '../../src/engine/protocol/experiment.ts';
import { ARCHITECTURES, goldenFolder, type GoldenName } from '../support/golden.ts';
import {
  copyOfModel,
  copyOfReference,
  object,
  scale,
  shift,
  temporaryFolder,
  tensor,
  type Edit,
} from '../support/references.ts';
import { writeTensors } from '../support/safetensors.ts';

/** Every loss of the format, written down here once more, so that none gets lost. */
const LOSSES = [
  ...[
    'grpo',
    'dapo',
    'dr_grpo',
    'bnpo_micro2',
    'cispo',
    'gspo',
    'sapo',
    'dual_clip_c3',
    'dapo_k1',
    'dapo_k2',
    'dapo_tis_c2',
  ],
  ...[
    'dapo_entropy_bonus_0.01',
    'dapo_mask_truncated_row1',
    'dapo_temperature_0.7_no_kl',
    'sft',
    'grpo_on_policy_no_kl',
  ],
];

for (const name of ARCHITECTURES) {
  test(`${name}: everything agrees with PyTorch`, async () => {
    const { contents } = await loadModel(goldenFolder(name));
    const parameters = [...contents.parameters.keys()];
    const report = await verify(name);
    assert.deepEqual(failures(report), []);
    assert.ok(report.passed);
    assert.deepEqual(report.notCompared, []);
    assert.deepEqual(
      names(report),
      [
        ...['logits', 'logprobs', 'entropy', 'logprobs_temperature_07'],
        ...['advantages', ...advantageNames.map((estimator) => `advantages.${estimator}`)],
        ...['clip_ratio.low', 'clip_ratio.high', 'kl_k3_mean', 'entropy_mean', 'greedy.0', 'greedy.1'],
        ...LOSSES.flatMap((loss) => [`losses.${loss}`, `grad_norm.${loss}`]),
        ...['dapo', 'gspo', 'sft'].flatMap((loss) => parameters.map((parameter) => `grad.${loss}.${parameter}`)),
        ...[0, 1, 2].flatMap((step) =>
          ['loss', 'grad_norm'].map((what) => `adamw_steps_loss_gradnorm.${step}.${what}`),
        ),
        ...parameters.map((parameter) => `adamw3.${parameter}`),
      ].sort(),
    );
  });

  test(`${name}: the adapter agrees with PEFT`, async () => {
    const { contents } = await loadModel(goldenFolder(name));
    const matrices = contents.linears.flatMap(({ module }) =>
      ['A', 'B'].map((which) => `grad.dapo.base_model.model.${module}.lora_${which}.weight`),
    );
    const report = await verify(name, { adapter: true });
    assert.deepEqual(failures(report), []);
    assert.ok(report.passed);
    assert.deepEqual(
      names(report),
      [...['logits', 'logprobs', 'advantages', 'losses.dapo', 'grad_norm.dapo'], ...matrices].sort(),
    );
    const omitted = report.notCompared.map((entry) => entry.name);
    for (const expected of ['entropy', 'greedy', 'losses.grpo', 'grad.sft', 'adamw3'])
      assert.ok(omitted.includes(expected), expected);
  });
}

test('a wrong weight makes the forward pass fail, and the optimised weights name it', async (context) => {
  const model = await copyOfModel(context, 'llama');
  const file = path.join(model, 'model.safetensors');
  const weights = await readSafetensors(file);
  scale(weights, 'model.layers.1.mlp.up_proj.weight', 1.05);
  await writeTensors(file, weights);
  const report = await verify('llama', { model });
  assert.ok(!report.passed);
  const failed = failures(report);
  for (const expected of [
    'logits',
    'logprobs',
    'losses.dapo',
    'grad_norm.sft',
    'adamw3.model.layers.1.mlp.up_proj.weight',
  ])
    assert.ok(failed.includes(expected), `${expected} fails`);
  const optimised = report.checks.filter(({ group }) => group === 'adamw3');
  assert.equal(worstCheck(optimised)?.where, 'model.layers.1.mlp.up_proj.weight');
  // What does not depend on the weights is right all the same.
  assert.ok(!failed.some((name) => name.startsWith('advantages')));
});

test('weights that are no numbers fail and do not break the verification', async (context) => {
  const model = await copyOfModel(context, 'qwen2');
  const file = path.join(model, 'model.safetensors');
  const weights = await readSafetensors(file);
  scale(weights, 'model.norm.weight', NaN);
  await writeTensors(file, weights);
  const reference = await copyOfReference(context, 'qwen2', (_, numbers) => {
    numbers['losses'] = { dapo: -0.029592003673315048 };
    numbers['grad_norm'] = { dapo: 4.159416675567627 };
  });
  const report = await verify('qwen2', { model, reference });
  for (const expected of ['logits', 'losses.dapo', 'grad_norm.dapo', 'grad.dapo.model.norm.weight'])
    assert.equal(report.checks.find(({ name }) => name === expected)?.worst, Infinity, expected);
  for (const expected of ['greedy', 'adamw3'])
    assert.ok(
      report.notCompared.some(({ name }) => name === expected),
      expected,
    );
});

test('a value that is off fails under its name, of every kind, and nothing else does', async (context) => {
  const reference = await copyOfReference(context, 'qwen2', (tensors, numbers) => {
    shift(tensors, 'logits', 1e-3);
    shift(tensors, 'logprobs_temperature_07', 1e-3);
    scale(tensors, 'grad.gspo.model.layers.1.mlp.up_proj.weight', 1.002);
    shift(tensors, 'adamw3.model.layers.0.self_attn.q_proj.bias', 1e-2);
    for (const group of ['grad.sft', 'adamw3'])
      tensors.set(`${group}.model.extra.weight`, { shape: [1], data: Float32Array.of(1) });
    numbers['losses'] = { ...object(numbers['losses']), dr_grpo: 0.5 };
    numbers['grad_norm'] = { ...object(numbers['grad_norm']), 'dapo_entropy_bonus_0.01': 4.1599 };
    numbers['advantages'] = { ...object(numbers['advantages']), rloo: [0.75, -0.75, 0, -0.5, -0.5, 1.001] };
    numbers['clip_ratio'] = { low: 0, high: 0.06976744532585144 };
    numbers['kl_k3_mean'] = 0.00457;
    numbers['entropy_mean'] = 4.102;
    numbers['greedy'] = [
      [17, 90],
      [48, 19],
    ];
    numbers['adamw_steps_loss_gradnorm'] = [[-0.0297, 4.159416198730469]];
  });
  const report = await verify('qwen2', { reference });
  assert.deepEqual(
    failures(report),
    [
      ...[
        'logits',
        'logprobs_temperature_07',
        'losses.dr_grpo',
        'grad_norm.dapo_entropy_bonus_0.01',
        'advantages.rloo',
      ],
      ...['grad.gspo.model.layers.1.mlp.up_proj.weight', 'adamw3.model.layers.0.self_attn.q_proj.bias'],
      ...['grad.sft.model.extra.weight', 'adamw3.model.extra.weight'],
      ...['clip_ratio.low', 'kl_k3_mean', 'entropy_mean', 'greedy.1', 'adamw_steps_loss_gradnorm.0.loss'],
    ].sort(),
  );
  const where = new Map(report.checks.map((check) => [check.name, check.where]));
  assert.equal(where.get('greedy.1'), 'from token 1: 18 and not 19');
  assert.equal(where.get('advantages.rloo'), 'rloo, row 5');
});

test('what stands in padding and prompts is not compared, nor are names that nobody knows', async (context) => {
  const reference = await copyOfReference(context, 'llama', (tensors, numbers) => {
    const [attention, completion] = [tensor(tensors, 'attention_mask'), tensor(tensors, 'completion_mask')];
    const [rows = 0, time = 0] = attention.shape;
    const logits = tensor(tensors, 'logits');
    const vocabulary = logits.shape[2] ?? 0;
    for (let at = 0; at < rows * time; at++)
      if (attention.data[at] === 0) logits.data.fill(NaN, at * vocabulary, (at + 1) * vocabulary);
    for (const name of ['logprobs', 'entropy', 'old_logprobs'])
      for (let row = 0; row < rows; row++)
        for (let at = 0; at < time - 1; at++)
          if (completion.data[row * time + at + 1] === 0) tensor(tensors, name).data[row * (time - 1) + at] = NaN;
    tensors.set('hidden_states', { shape: [1], data: new Float32Array(1) });
    tensors.set('grad.novel.model.norm.weight', tensor(tensors, 'grad.dapo.model.norm.weight'));
    numbers['losses'] = { ...object(numbers['losses']), novel: 1 };
    numbers['advantages'] = { ...object(numbers['advantages']), novel: [1, 2, 3, 4, 5, 6] };
    numbers['greedy'] = [[1], [2], [3]];
  });
  const report = await verify('llama', { reference });
  assert.deepEqual(failures(report), ['greedy.0', 'greedy.1']);
  assert.deepEqual(report.notCompared.map(({ name }) => name).sort(), [
    'advantages.novel',
    'greedy.2',
    'hidden_states',
    'losses.novel',
  ]);
});

test('a reference with the sequences and one value alone is enough', async (context) => {
  const reference = await copyOfReference(context, 'llama', (tensors, numbers) => {
    for (const name of tensors.keys())
      if (!['input_ids', 'attention_mask', 'completion_mask', 'logprobs'].includes(name)) tensors.delete(name);
    for (const key of Object.keys(numbers)) Reflect.deleteProperty(numbers, key);
  });
  const report = await verify('llama', { reference });
  assert.deepEqual(names(report), ['logprobs']);
  assert.ok(report.passed);
  assert.ok(report.notCompared.some(({ name, reason }) => name === 'losses.dapo' && reason.includes('old_logprobs')));
});

const misfits: {
  readonly about: string;
  readonly error: RegExp;
  readonly edit: Edit;
}[] = [
  {
    about: 'a token beyond the vocabulary',
    error: /token 97, and the vocabulary of .*llama has 97/,
    edit: (tensors) => {
      tensor(tensors, 'input_ids').data[0] = 97;
    },
  },
  {
    about: 'logits of another vocabulary',
    error: /"logits" has shape \[6, 1, 1\] where \[6, \d+, 97\] is expected/,
    edit: (tensors) => {
      tensors.set('logits', { shape: [6, 1, 1], data: new Float32Array(6) });
    },
  },
  {
    about: 'padding on the left',
    error: /row 0 must be a prompt, its completion, then padding/,
    edit: (tensors) => {
      tensor(tensors, 'attention_mask').data[0] = 0;
    },
  },
  {
    about: 'no sequences',
    error: /no tensor "completion_mask"/,
    edit: (tensors) => {
      tensors.delete('completion_mask');
    },
  },
  {
    about: 'groups that do not divide the rows',
    error: /6 rows, which are no groups of 4/,
    edit: (_, numbers) => (numbers['group_size'] = 4),
  },
  {
    about: 'numbers of another form',
    error: /losses\.dapo: /,
    edit: (_, numbers) => (numbers['losses'] = { dapo: 'small' }),
  },
];

for (const { about, error, edit } of misfits)
  test(`a reference that does not fit is refused: ${about}`, async (context) => {
    const reference = await copyOfReference(context, 'llama', edit);
    await assert.rejects(verify('llama', { reference }), { name: 'UserError', message: error });
  });

test('a reference that is not there, or lacks its numbers, is refused', async (context) => {
  const folder = await temporaryFolder(context);
  const reference = path.join(folder, 'golden.safetensors');
  await assert.rejects(verify('llama', { reference }), { name: 'UserError', message: /no reference file/ });
  await cp(path.join(goldenFolder('llama'), 'golden.safetensors'), reference);
  await assert.rejects(verify('llama', { reference }), { name: 'UserError', message: /no golden\.json beside it/ });
});

test('a verification that is stopped ends between two runs', async () => {
  await assert.rejects(verify('llama', { signal: AbortSignal.abort(new Error('stopped')) }), { message: 'stopped' });
});

interface Overrides {
  readonly adapter?: boolean;
  readonly model?: string;
  readonly reference?: string;
  readonly signal?: AbortSignal;
}

function verify(name: GoldenName, { adapter, model, reference, signal }: Overrides = {}): Promise<VerifyReport> {
  const folder = goldenFolder(name);
  const adapterFolder = path.join(folder, 'adapter');
  return verifyModel({
    model: model ?? folder,
    adapter: adapter ? adapterFolder : null,
    reference: reference ?? path.join(adapter ? adapterFolder : folder, 'golden.safetensors'),
    threads: 1,
    ...(signal && { signal }),
  });
}

const names = ({ checks }: { readonly checks: readonly Check[] }): string[] => checks.map(({ name }) => name).sort();
const failures = ({ checks }: VerifyReport): string[] => names({ checks: checks.filter(({ passed }) => !passed) });
