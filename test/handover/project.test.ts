/** Experiments written for TRL and verl: what is in the folders, and that their rewards score as ours do. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parquetReadObjects } from 'hyparquet';
import { z } from 'zod';
import { writeProject, type WrittenProject } from '../../src/engine/handover/writeProject.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { parseExperiment } from '../../src/engine/protocol/experimentFile.ts';
import type { Trainer } from '../../src/engine/protocol/handover.ts';
import { openScorer, type GroupToScore, type Verdicts } from '../../src/engine/reward/scorer.ts';
import { temporaryFolder } from '../run/samples.ts';
import { pythonWith, runPython } from '../support/python.ts';
import { makeProject, reward, writeExperiment, type Changes } from '../support/trainingProject.ts';

const door = fileURLToPath(new URL('../../src/engine/cli.ts', import.meta.url));
/** How the rewards in TypeScript are reached from Python. */
const RLVR = `"${process.execPath}" --disable-warning=ExperimentalWarning "${door}"`;

/** One in each way: TypeScript, built in, and Python as TRL and as verl call it, with a neighbour of its own. */
const REWARDS: NonNullable<Changes['rewards']> = [
  reward('digits'),
  { ...reward('onlyEggs'), weight: 0.5 },
  { function: 'finalNumber', name: 'built in', weight: 2 },
  { file: 'python/lists.py', function: 'even_length', options: { bonus: 0.25 } },
  { file: 'python/verdicts.py', function: 'holds_answer' },
];
const PYTHON = {
  'lists.py': `from helper import is_even

def even_length(completions, question, bonus, **columns):
    if "pens" in question[0]:
        raise ValueError("no pens")
    return [None if text == "" else is_even(len(text)) + bonus for text in completions]
`,
  'verdicts.py': `def holds_answer(data_source, solution_str, ground_truth, extra_info=None):
    return {"score": float(ground_truth in solution_str)}
`,
  'helper.py': 'def is_even(number):\n    return float(number % 2 == 0)\n',
};
const COMPLETIONS = ['2', '#### 3', 'It is 4, I think', ''];

let path = '';
before(async () => {
  const project = await makeProject('gpt2');
  path = writeExperiment(project, {
    rewards: REWARDS,
    lora: { rank: 2, alpha: 4 },
    dataset: { source: 'train.jsonl', test: 'test.jsonl' },
  });
  mkdirSync(join(project.folder, 'python'));
  for (const [name, text] of Object.entries(PYTHON)) writeFileSync(join(project.folder, 'python', name), text);
});

async function written(
  trainer: Trainer,
  changes: readonly string[] = [],
): Promise<WrittenProject & { readonly dir: string }> {
  const dir = join(temporaryFolder(), trainer);
  const experiment = parseExperiment(readFileSync(path, 'utf8'), path, changes);
  const project = await writeProject({ experiment, experimentPath: path, title: 'tiny', trainer, outDir: dir });
  return { ...project, dir };
}

async function rows(file: string): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({ file: Uint8Array.from(readFileSync(file)).buffer });
}

/** What our own scorer says of the same completions of each row. */
async function ours(groups: readonly GroupToScore[]): Promise<readonly (readonly Verdicts[])[]> {
  const { rewards } = parseExperiment(readFileSync(path, 'utf8'), path);
  const scorer = await openScorer({ rewards, baseDir: dirname(path), outDir: temporaryFolder(), onWarning: () => {} });
  try {
    return await scorer.score(groups);
  } finally {
    await scorer.close();
  }
}

const infoSchema = z.object({ rlvr_row: z.string(), rlvr_prompt: z.string() });

function groupsOf(parts: readonly Record<string, unknown>[]): GroupToScore[] {
  return parts.map(({ rlvr_row: row, rlvr_prompt: prompt }) => {
    const columns: unknown = JSON.parse(String(row));
    assert.ok(typeof columns === 'object' && columns !== null);
    return {
      row: Object.fromEntries(Object.entries(columns)),
      prompt: String(prompt),
      completions: COMPLETIONS.map((text) => ({ text, tokens: 3 })),
    };
  });
}

/** null for a failure, which is what a function in Python has in place of an error. */
function value(verdicts: Verdicts | undefined, name: string): number | null {
  const result = verdicts?.rewards[name];
  return result === undefined || 'error' in result ? null : result.value;
}

const names = ['digits', 'onlyEggs', 'built in', 'even_length', 'holds_answer'];

test('a TRL project has the problems, the sources and a script', async () => {
  const { dir, files } = await written('trl');
  assert.deepEqual(files, [
    'README.md',
    'rewards.json',
    'rewards/lists/helper.py',
    'rewards/lists/lists.py',
    'rewards/rewards/rewards.ts',
    'rewards/verdicts/verdicts.py',
    'rlvr_rewards.py',
    'scoring.rlvr.json',
    'test.parquet',
    'train.parquet',
    'train.py',
    'validation.parquet',
  ]);
  assert.deepEqual(
    files.filter((file) => !file.includes('/')),
    readdirSync(dir).filter((name) => name !== 'rewards'),
  );
  const [first] = await rows(join(dir, 'train.parquet'));
  assert.ok(first !== undefined);
  assert.deepEqual(Object.keys(first), ['prompt', 'rlvr_row', 'rlvr_prompt', 'rlvr_problem', 'question', 'answer']);
  assert.equal(first['prompt'], `${String(first['question'])}\n`);
  const script = readFileSync(join(dir, 'train.py'), 'utf8');
  for (const line of ['num_generations=4,', 'max_steps=3,', 'r=2,', 'target_modules="all-linear",'])
    assert.ok(script.includes(line), `${line} in\n${script}`);
});

test('what another trainer cannot do is said, in the answer and in the folder', async () => {
  const changes = [
    'algorithm.dynamicSampling={}',
    'algorithm.advantage=rloo',
    'rollout.stop=["Q:"]',
    'algorithm.clip.delta=2',
  ];
  const trl = await written('trl', changes);
  const missing = (project: WrittenProject): string[] =>
    project.remarks.filter(({ kind }) => kind === 'missing').map(({ key }) => key);
  assert.deepEqual(missing(trl), ['algorithm.advantage', 'algorithm.dynamicSampling', 'rollout.stop', 'dataset.test']);
  const verl = await written('verl', changes);
  assert.deepEqual(missing(verl), [
    'algorithm.dynamicSampling',
    'algorithm.clip.delta',
    'rollout.stop',
    'rewards[].per',
    'rewards',
    'dataset.test',
  ]);
  for (const { dir, remarks } of [trl, verl]) {
    const text = readFileSync(join(dir, 'README.md'), 'utf8');
    for (const { key, what } of remarks) assert.ok(text.includes(`- \`${key}\`: ${what}`), key);
  }
});

test('a folder with something in it is left alone, and supervised learning has no such project', async () => {
  const experiment = parseExperiment(readFileSync(path, 'utf8'), path);
  const options = { experiment, experimentPath: path, title: 'tiny', trainer: 'trl' as const };
  const outDir = temporaryFolder();
  writeFileSync(join(outDir, 'mine'), '');
  await assert.rejects(writeProject({ ...options, outDir }), /is not empty/);
  assert.deepEqual(readdirSync(outDir), ['mine']);
  const sft = { ...experiment, method: 'sft' as const };
  await assert.rejects(writeProject({ ...options, experiment: sft, outDir: join(outDir, 'new') }), UserError);
});

const { python, skip } = pythonWith();

const AS_TRL = `
import json, sys
sys.path.insert(0, sys.argv[1])
import rlvr_rewards
from types import SimpleNamespace
batch = json.load(sys.stdin)
rows, texts = batch["rows"], batch["completions"]
flat = [row for row in rows for _ in texts]
columns = {name: [row[name] for row in flat] for name in ("rlvr_row", "rlvr_prompt", "question", "answer")}
state = SimpleNamespace(global_step=0)
scores = {}
for function, weight in zip(rlvr_rewards.trl_rewards(), rlvr_rewards.trl_weights()):
    completions = texts * len(rows)
    scores[function.__name__] = function(
        prompts=[row["prompt"] for row in flat], completions=completions, completion_ids=[[0] * 3] * len(completions),
        trainer_state=state, log_extra=None, log_metric=None, **columns)
print(json.dumps({"scores": scores, "weights": rlvr_rewards.trl_weights()}))
`;

test("TRL's functions give our scores, whatever they are written in", { skip }, async () => {
  const { dir } = await written('trl');
  const parts = [...(await rows(join(dir, 'train.parquet'))), ...(await rows(join(dir, 'test.parquet')))];
  const input = JSON.stringify({ rows: parts, completions: COMPLETIONS });
  const verdicts = (await ours(groupsOf(parts))).flat();
  const expected = Object.fromEntries(names.map((name) => [name, verdicts.map((each) => value(each, name))]));
  assert.deepEqual(runPython(python, AS_TRL, [dir], { input, env: { RLVR } }), {
    scores: expected,
    weights: [1, 0.5, 2, 1, 1],
  });
  // Else the comparison would hold nothing against nothing.
  for (const name of names) assert.ok(new Set(expected[name]).size > 1, name);
});

const AS_VERL = `
import json, sys
sys.path.insert(0, sys.argv[1])
import rlvr_rewards
batch = json.load(sys.stdin)
print(json.dumps([
    rlvr_rewards.compute_score(
        data_source=row["data_source"], solution_str=text, ground_truth=row["reward_model"]["ground_truth"], extra_info=row["extra_info"])
    for row in batch["rows"] for text in batch["completions"]]).replace("NaN", "null"))
`;

test("verl's function gives the sum of our scores", { skip }, async () => {
  const { dir } = await written('verl');
  const [first] = await rows(join(dir, 'train.parquet'));
  assert.ok(first !== undefined);
  const parts = await rows(join(dir, 'train.parquet'));
  const infos = parts.map(({ extra_info: info }) => infoSchema.parse(info));
  const [prompt] = infos.map(({ rlvr_prompt: text }) => text);
  assert.deepEqual([first['prompt'], first['data_source']], [[{ role: 'user', content: prompt }], 'tiny']);
  const input = JSON.stringify({ rows: parts, completions: COMPLETIONS });
  const scores = runPython(python, AS_VERL, [dir], { input, env: { RLVR } });
  // One at a time, and their tokens are not told.
  const single = groupsOf(infos).flatMap(({ completions, ...group }) =>
    completions.map(({ text }) => ({ ...group, completions: [{ text, tokens: 0 }] })),
  );
  const verdicts = (await ours(single)).flat();
  assert.ok(Array.isArray(scores) && scores.length === verdicts.length);
  for (const [i, score] of scores.entries()) {
    const each = Object.fromEntries(names.map((name) => [`rlvr_${name}`, value(verdicts[i], name)]));
    assert.deepEqual(score, {
      score: verdicts[i]?.reward ?? 0,
      rlvr_scored: verdicts[i]?.reward === null ? 0 : 1,
      ...each,
    });
  }
});

const trl = pythonWith('trl', 'datasets', 'peft');

const LOADED = `
import json, os, sys
sys.path.insert(0, sys.argv[1])
import train
config = train.config(use_cpu=True)
row = train.part("train")[0]
trainer = train.trainer(use_cpu=True, max_steps=1, eval_strategy="no", save_strategy="no", disable_tqdm=True)
trainer.train()
names = ["num_generations", "generation_batch_size", "steps_per_generation", "gradient_accumulation_steps", "max_steps", "loss_type",
         "epsilon", "epsilon_high", "beta", "scale_rewards", "learning_rate", "temperature", "num_iterations"]
print()
print(json.dumps({"config": {name: getattr(config, name) for name in names}, "question": row["question"],
                  "metrics": sorted(next(log for log in trainer.state.log_history if "loss" in log))}))
`;

/** What transformers is asked for, of evaluations and of training in turn. */
const ASKED = `
import json, os, sys
sys.path.insert(0, sys.argv[1])
import train
from transformers import GenerationMixin
asked = []
generate = GenerationMixin.generate
def seen(self, *given, **named):
    config = named["generation_config"]
    asked.append([config.do_sample, config.temperature, config.repetition_penalty])
    return generate(self, *given, **named)
GenerationMixin.generate = seen
train.trainer(use_cpu=True, max_steps=1, eval_strategy="steps", eval_steps=1, save_strategy="no", disable_tqdm=True).train()
print()
print(json.dumps([one for i, one in enumerate(asked) if i == 0 or one != asked[i - 1]]))
`;

test('TRL takes the arguments, reads the data and trains a step', { skip: trl.skip }, async () => {
  const { dir } = await written('trl', ['training.miniBatches=2', 'algorithm.preset=dapo']);
  const seen = runPython(trl.python, LOADED, [dir], { env: { RLVR } });
  assert.partialDeepStrictEqual(seen, {
    config: {
      num_generations: 4,
      generation_batch_size: 8,
      steps_per_generation: 2,
      gradient_accumulation_steps: 1,
      max_steps: 6,
      loss_type: 'dapo',
      epsilon: 0.2,
      epsilon_high: 0.28,
      beta: 0,
      scale_rewards: 'group',
      learning_rate: 0.02,
      temperature: 1,
      num_iterations: 1,
    },
  });
  assert.ok(typeof seen === 'object' && seen !== null && 'metrics' in seen && Array.isArray(seen.metrics));
  for (const name of names) assert.ok(seen.metrics.includes(`rewards/${name}/mean`), name);
});

test(
  'TRL evaluates the untrained policy, too, and samples evaluations as the experiment says',
  { skip: trl.skip },
  async () => {
    const { dir } = await written('trl', ['rollout.temperature=0.8', 'evaluation.sampling.repetitionPenalty=1.5']);
    const evaluation = [false, null, 1.5];
    assert.deepEqual(runPython(trl.python, ASKED, [dir], { env: { RLVR } }), [evaluation, [true, 0.8, 1], evaluation]);
  },
);

// Names in verl's flattened configuration, `_generated_ppo_trainer.yaml` at commit 01d4d7666c376398ba44d1130ffe7f9245c78e13; Hydra refuses
// an override of a name that is not there.
const VERL_KEYS = new Set(
  Object.entries({
    'actor_rollout_ref.actor': [
      'policy_loss.loss_mode loss_agg_mode loss_scale_factor clip_ratio_low clip_ratio_high clip_ratio_c tau_pos tau_neg use_kl_loss',
      'kl_loss_coef kl_loss_type entropy_coeff ppo_mini_batch_size ppo_micro_batch_size_per_gpu ppo_epochs grad_clip optim.lr',
      'optim.lr_warmup_steps optim.lr_scheduler_type optim.min_lr_ratio optim.betas optim.weight_decay optim.override_optimizer_config',
    ],
    'actor_rollout_ref.rollout': [
      'name n temperature top_p top_k load_format tensor_model_parallel_size log_prob_micro_batch_size_per_gpu',
      'val_kwargs.n val_kwargs.do_sample val_kwargs.temperature val_kwargs.top_p val_kwargs.top_k',
    ],
    'actor_rollout_ref.ref': ['log_prob_micro_batch_size_per_gpu'],
    'actor_rollout_ref.model': ['path custom_chat_template lora_rank lora_alpha target_modules'],
    algorithm: ['adv_estimator norm_adv_by_std_in_grpo use_kl_in_reward'],
    data: ['train_files val_files train_batch_size max_prompt_length max_response_length seed truncation'],
    reward: ['custom_reward_function.path custom_reward_function.name'],
    trainer: [
      'total_training_steps total_epochs test_freq save_freq max_actor_ckpt_to_keep logger nnodes n_gpus_per_node',
    ],
  }).flatMap(([group, lines]) => lines.flatMap((line) => line.split(' ').map((name) => `${group}.${name}`))),
);

/** The arguments that `run.sh` gives verl, by a shell that really runs it with another Python. */
function overridesOf(dir: string): ReadonlyMap<string, string> {
  const bin = temporaryFolder();
  writeFileSync(join(bin, 'python3'), '#!/bin/sh\nfor each; do printf "%s\\n" "$each"; done\n', { mode: 0o755 });
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  const { stdout, status } = spawnSync('sh', [join(dir, 'run.sh'), 'trainer.nnodes=2'], { env, encoding: 'utf8' });
  assert.equal(status, 0);
  const [, module, ...words] = stdout.trimEnd().split('\n');
  assert.equal(module, 'verl.trainer.main_ppo');
  return new Map(
    words.map((word) => {
      const end = word.indexOf('=');
      return [word.slice(0, end), word.slice(end + 1)];
    }),
  );
}

test(
  'a shell hands verl the overrides, of which each is a name that verl has',
  { skip: process.platform === 'win32' && 'it has no sh' },
  async () => {
    const changes = [
      'optimizer.epsilon=1e-6',
      'algorithm.preset=cispo',
      'algorithm.aggregation=dr_grpo',
      'lora.targets=["c_attn"]',
    ];
    const { dir } = await written('verl', changes);
    const given = overridesOf(dir);
    for (const key of given.keys()) assert.ok(VERL_KEYS.has(key), key);
    const expected = {
      'data.train_files': join(dir, 'train.parquet'),
      'reward.custom_reward_function.path': join(dir, 'rlvr_rewards.py'),
      'actor_rollout_ref.model.custom_chat_template':
        "'{% for message in messages %}{{ message.content }}{% endfor %}'",
      'actor_rollout_ref.model.target_modules': '[c_attn]',
      'actor_rollout_ref.actor.optim.override_optimizer_config': '{eps:0.000001}',
      // CISPO's cap of 5, of the ratio itself.
      'actor_rollout_ref.actor.clip_ratio_high': '4',
      'actor_rollout_ref.actor.clip_ratio_low': '1',
      'actor_rollout_ref.actor.loss_scale_factor': '8',
      // The last of its name, as for Hydra.
      'trainer.nnodes': '2',
    };
    for (const [key, wanted] of Object.entries(expected)) assert.equal(given.get(key), wanted, key);
  },
);
