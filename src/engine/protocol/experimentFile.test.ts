import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from './errors.ts';
import { parseExperiment } from './experimentFile.ts';
import { experimentSchema, presetNames } from './experiment.ts';
import { presets } from './presets.ts';

const minimal = { model: 'model', dataset: { source: 'train.jsonl' }, rewards: [{ function: 'correct' }] };

function parse(extra: object = {}, overrides: readonly string[] = []) {
  return parseExperiment(JSON.stringify({ ...minimal, ...extra }), 'demo.rlvr.json', overrides);
}

/** The lines of the error that `text` ends in. */
function errorsOf(text: string, overrides: readonly string[] = []): string[] {
  try {
    parseExperiment(text, 'demo.rlvr.json', overrides);
  } catch (error) {
    if (error instanceof UserError) return error.message.split('\n');
    throw error;
  }
  return assert.fail('the experiment was accepted');
}

function errorsWith(extra: object, overrides: readonly string[] = []): string[] {
  return errorsOf(JSON.stringify({ ...minimal, ...extra }), overrides);
}

test('comments, trailing commas and a byte order mark are read', () => {
  const text = `\uFEFF// an experiment
{
  "model": "m", /* a folder */
  "dataset": { "source": "d.jsonl", },
  "rewards": [{ "function": "correct", "weight": 2 }],
}`;
  const experiment = parseExperiment(text, 'demo.rlvr.json');
  assert.equal(experiment.model, 'm');
  assert.equal(experiment.rewards[0]?.weight, 2);
});

test('every value has a default that works', () => {
  const experiment = parse();
  assert.equal(experiment.rollout.groupSize, 8);
  assert.equal(experiment.algorithm.clip.high, 0.2);
  assert.equal(experiment.evaluation.sampling.temperature, 0);
  assert.equal(experiment.lora?.rank, 16, 'adapters unless `full` is asked for');
  assert.equal(experiment.full, false);
});

test('full: true trains without an adapter', () => {
  assert.equal(parse({ full: true }).lora, undefined);
});

test('syntax errors have line and column', () => {
  assert.deepEqual(errorsOf('{\n  "model": \n}'), ['demo.rlvr.json:3:1  a value is expected here.']);
  assert.deepEqual(errorsOf("{ 'model': 1 }"), [
    'demo.rlvr.json:1:3  this is not a JSON value; text needs double quotes.',
  ]);
  assert.match(errorsOf('')[0] ?? '', /^demo\.rlvr\.json:1:1 {2}this is empty/);
});

test('a key given twice is an error, not a silent choice', () => {
  const errors = errorsOf('{ "seed": 1,\n  "seed": 2 }');
  assert.deepEqual(errors, ['demo.rlvr.json:2:3  "seed" is given twice; keep one of them.']);
});

test('an unknown key names the nearest known one of its section', () => {
  const errors = errorsOf(`{
  "model": "m",
  "dataset": { "source": "d.jsonl" },
  "rewards": [{ "function": "correct", "wieght": 2 }],
  "rollout": {
    "temprature": 1
  }
}`);
  assert.deepEqual(errors, [
    'demo.rlvr.json:4:40  unknown key `wieght` in rewards[0]; did you mean `weight`?',
    'demo.rlvr.json:6:5  unknown key `temprature` in rollout; did you mean `temperature`?',
  ]);
});

test('a known key in the wrong section says where it belongs', () => {
  assert.match(errorsWith({ learningRate: 1e-5 })[0] ?? '', /`learningRate` belongs under `optimizer`$/);
  assert.match(errorsWith({ training: { groupSize: 8 } })[0] ?? '', /`groupSize` belongs under `rollout`$/);
  assert.match(errorsWith({ rollout: { seed: 1 } })[0] ?? '', /`seed` belongs at the top of the file$/);
  assert.match(
    errorsWith({ algorithm: { temperature: 1 } })[0] ?? '',
    /`temperature` belongs under `rollout` or `evaluation\.sampling`$/,
  );
});

test('a mistyped key of another section is found there', () => {
  assert.match(errorsWith({ learning_rate: 1e-5 })[0] ?? '', /did you mean `optimizer\.learningRate`\?$/);
});

test('a key like nothing known lists the section', () => {
  assert.match(errorsWith({ checkpoint: { colour: 1 } })[0] ?? '', /in checkpoint; known here: every, keep, best$/);
});

test('__proto__ is a key like any other', () => {
  const errors = errorsOf(
    '{ "model": "m", "dataset": { "source": "d" }, "rewards": [{ "function": "f" }], "__proto__": {} }',
  );
  assert.match(errors[0] ?? '', /unknown key `__proto__` at the top of the file/);
});

test('an enum error lists the allowed values', () => {
  assert.deepEqual(errorsWith({ algorithm: { aggregation: 'dr-grpo' } }).map(withoutPlace), [
    'algorithm.aggregation: must be one of "grpo", "dapo", "bnpo", "dr_grpo", not "dr-grpo"; did you mean "dr_grpo"?',
  ]);
});

test('every problem is listed, with what is expected', () => {
  const errors = errorsWith({
    model: 7,
    dataset: {},
    training: { steps: 1.5, problemsPerStep: 0 },
    optimizer: { learningRate: 0 },
    lora: { targets: [] },
    ray: { gpus: 1.5 },
  });
  assert.deepEqual(errors.map(withoutPlace), [
    'model: must be text in quotes, not 7',
    'dataset.source: is required; it must be text in quotes',
    'training.steps: must be an integer, not 1.5',
    'training.problemsPerStep: must be at least 1, not 0',
    'optimizer.learningRate: must be more than 0, not 0',
    'lora.targets: must be a list of at least 1, not []',
    'ray.gpus: must be a whole number of graphics cards, or a part of one below 1, not 1.5',
  ]);
});

test('a union says every kind it takes, or what is wrong inside the one meant', () => {
  assert.deepEqual(errorsWith({ algorithm: { dynamicSampling: true } }).map(withoutPlace), [
    'algorithm.dynamicSampling: must be false or an object in braces, not true',
  ]);
  assert.deepEqual(errorsWith({ algorithm: { dynamicSampling: { maxBatch: 3 } } }).map(withoutPlace), [
    'unknown key `maxBatch` in algorithm.dynamicSampling; did you mean `maxBatches`?',
  ]);
  assert.deepEqual(errorsWith({ algorithm: { dynamicSampling: { maxBatches: 'all' } } }).map(withoutPlace), [
    'algorithm.dynamicSampling.maxBatches: must be a number, not "all"',
  ]);
});

test('an experiment that is no object is refused', () => {
  assert.deepEqual(errorsOf('[]'), ['demo.rlvr.json:1:1  experiment: must be an object in braces, not []']);
});

test('a missing entry is located at its section', () => {
  assert.match(
    errorsOf('{\n  "model": "m",\n  "dataset": {}\n}')[0] ?? '',
    /^demo\.rlvr\.json:3:3 {2}dataset\.source: /,
  );
});

const contradictory: readonly (readonly [what: string, extra: object, error: RegExp])[] = [
  ['grpo without a reward', { rewards: [] }, /^rewards: .*at least one reward/],
  ['a group of one', { rollout: { groupSize: 1 } }, /^rollout\.groupSize: .*at least 2/],
  ['greedy rollouts', { rollout: { temperature: 0 } }, /^rollout\.temperature: .*nothing can be learned/],
  ['adapter and full', { lora: {}, full: true }, /^full: .*exclude each other/],
  ['a clip range past zero', { algorithm: { clip: { low: 1 } } }, /^algorithm\.clip\.low: .*less than 1/],
  [
    'an unknown evaluation reward',
    { evaluation: { reward: 'corect' } },
    /"corect" is no reward; it must be one of correct/,
  ],
  ['two rewards of one name', { rewards: [{ function: 'f' }, { function: 'g', name: 'f' }] }, /^rewards\[1\]: .*"f"/],
  ['rows that cannot be split', { training: { miniBatches: 3 } }, /8 problems x 8 completions = 64 rows .* into 3/],
  ['equal samples', { evaluation: { samples: 4 } }, /^evaluation\.samples: 4 samples .* all the same/],
  ['an unused system message', { dataset: { source: 'd', system: 'Hi' } }, /^dataset\.system: .*chat: true/],
  [
    'an empty importance range',
    { algorithm: { importanceSampling: { low: 5, high: 5 } } },
    /^algorithm\.importanceSampling\.low: /,
  ],
];

for (const [what, extra, expected] of contradictory) {
  test(`refused: ${what}`, () => {
    const errors = errorsWith(extra);
    assert.equal(errors.length, 1, errors.join('\n'));
    assert.match(withoutPlace(errors[0] ?? ''), expected);
  });
}

test('sft needs neither rewards nor groups', () => {
  const experiment = parse({
    method: 'sft',
    rewards: [],
    rollout: { groupSize: 1 },
    training: { problemsPerStep: 6 },
  });
  assert.equal(experiment.method, 'sft');
});

test('sft takes no setting that it would ignore', () => {
  for (const key of ['miniBatches', 'iterations'])
    assert.match(errorsWith({ method: 'sft', training: { [key]: 2 } })[0] ?? '', /one optimiser step per batch/);
});

test('dynamic sampling needs an advantage within the group', () => {
  const algorithm = { advantage: 'reinforce++', dynamicSampling: {} };
  assert.match(errorsWith({ algorithm })[0] ?? '', /`reinforce\+\+` compares with the whole batch/);
});

test('REINFORCE++ compares within the batch and takes groups of one', () => {
  const algorithm = { preset: 'reinforce++' };
  assert.equal(parse({ algorithm, rollout: { groupSize: 1 } }).rollout.groupSize, 1);
  assert.equal(errorsWith({ algorithm, rollout: { groupSize: 1 }, training: { problemsPerStep: 1 } }).length, 1);
});

test('a preset sets what the file leaves out, and only that', () => {
  const gspo = parse({ algorithm: { preset: 'gspo' } }).algorithm;
  assert.equal(gspo.tokenLoss, 'gspo');
  assert.equal(gspo.aggregation, 'grpo');
  assert.deepEqual([gspo.clip.low, gspo.clip.high, gspo.clip.dual], [3e-4, 4e-4, 3]);
  const mine = parse({ algorithm: { preset: 'gspo', aggregation: 'dapo', clip: { high: 0.5 } } }).algorithm;
  assert.equal(mine.aggregation, 'dapo');
  assert.deepEqual([mine.clip.low, mine.clip.high], [3e-4, 0.5]);
});

test('every preset is there and valid', () => {
  for (const preset of presetNames) {
    const { algorithm } = parse({ algorithm: { preset } });
    const { clip, ...choices } = presets[preset];
    assert.deepEqual({ ...algorithm, ...choices, clip: { ...algorithm.clip, ...clip } }, algorithm, preset);
  }
});

test('a weight is a number or a schedule by steps', () => {
  const weighing = (weight: unknown): object => ({ rewards: [{ function: 'correct', weight }] });
  assert.deepEqual(parse(weighing({ 0: 1, 200: 0.2 })).rewards[0]?.weight, { 0: 1, 200: 0.2 });
  assert.match(
    errorsWith(weighing({ start: 1 }))[0] ?? '',
    /rewards\[0\]\.weight: must be an object whose keys are whole steps, such as \{"0": 1, "200": 0\.2\}, not \{"start":1\}$/,
  );
  assert.match(errorsWith(weighing({}))[0] ?? '', /must be an object that names at least one step/);
  assert.match(errorsWith(weighing('much'))[0] ?? '', /rewards\[0\]\.weight: must be a number or an object/);
});

test('a bound on the divergence needs a reference', () => {
  const guards = { kl: { above: 0.1 } };
  assert.equal(parse({ guards, algorithm: { beta: 0.04 } }).guards.kl?.action, 'warn');
  assert.match(errorsWith({ guards })[0] ?? '', /guards\.kl: without a KL term there is no reference/);
  assert.match(
    errorsWith({ guards, method: 'sft' })[0] ?? '',
    /guards\.kl: supervised training has no reference policy/,
  );
});

test('a run is ended by evaluations only where there are some', () => {
  const evaluation = { stopEarly: { patience: 3 } };
  assert.deepEqual(parse({ evaluation }).evaluation.stopEarly, { patience: 3, minSteps: 0 });
  assert.match(errorsWith({ evaluation: { ...evaluation, every: 0 } })[0] ?? '', /stopEarly: nothing is evaluated/);
  assert.match(
    errorsWith({ evaluation, method: 'sft', rewards: [] })[0] ?? '',
    /stopEarly: without a reward function nothing says what is solved/,
  );
});

test('overrides win over file and preset', () => {
  const experiment = parse({ optimizer: { learningRate: 1e-5 }, algorithm: { preset: 'dapo' } }, [
    'optimizer.learningRate=3e-4',
    'algorithm.clip.high=0.3',
    'rewards[0].weight=2',
    'model=other/model',
    'dataset.chat=true',
  ]);
  assert.equal(experiment.optimizer.learningRate, 3e-4);
  assert.deepEqual([experiment.algorithm.clip.low, experiment.algorithm.clip.high], [0.2, 0.3]);
  assert.equal(experiment.rewards[0]?.weight, 2);
  assert.equal(experiment.model, 'other/model');
  assert.equal(experiment.dataset?.chat, true);
});

test('an override with an unknown path fails as a file would', () => {
  assert.deepEqual(errorsWith({}, ['rollout.temprature=0.5']), [
    '--set rollout.temprature=0.5  unknown key `temprature` in rollout; did you mean `temperature`?',
  ]);
  assert.deepEqual(errorsWith({}, ['training.steps=many']), [
    '--set training.steps=many  training.steps: must be a number, not "many"',
  ]);
});

// Random experiments: the schema's own corners, through the text of a file.
const experiments = fc.record(
  {
    model: fc.string(),
    dataset: fc.record(
      {
        source: fc.string(),
        validation: fc.oneof(fc.integer({ min: 1 }), fc.string()),
        fewShot: fc.array(fc.object()),
      },
      { requiredKeys: ['source'] },
    ),
    rewards: fc.uniqueArray(
      fc.record({
        function: fc.string(),
        weight: fc.float({ noNaN: true, noDefaultInfinity: true }),
        options: fc.object(),
      }),
      { minLength: 1, maxLength: 3, selector: (reward) => reward.function },
    ),
    method: fc.constantFrom('grpo', 'sft'),
    algorithm: fc.record(
      {
        // REINFORCE++ contradicts dynamic sampling.
        preset: fc.constantFrom(...presetNames.filter((name) => name !== 'reinforce++')),
        clip: fc.record({ low: fc.constantFrom(0, 0.1, 0.9) }, { requiredKeys: [] }),
        dynamicSampling: fc.constantFrom(false, {}),
        importanceSampling: fc.constantFrom(false, { mode: 'mask' }),
      },
      { requiredKeys: [] },
    ),
    lora: fc.record({ rank: fc.integer({ min: 1, max: 64 }), targets: fc.constant(['q_proj']) }, { requiredKeys: [] }),
    seed: fc.nat(),
  },
  { requiredKeys: ['model', 'dataset', 'rewards'] },
);

test('a resolved experiment is JSON and resolves to itself', () => {
  fc.assert(
    fc.property(experiments, (input) => {
      const resolved = parseExperiment(JSON.stringify(input), 'a');
      const again = parseExperiment(JSON.stringify(resolved), 'b');
      assert.deepEqual(again, resolved);
      assert.deepEqual(experimentSchema.parse(resolved), resolved);
    }),
    { numRuns: 200 },
  );
});

/** A line without its `file:line:column`. */
function withoutPlace(line: string): string {
  return line.replace(/^demo\.rlvr\.json:\d+:\d+ {2}/, '');
}

test('validation and test may be a number, a share, a file, or rows with given values', () => {
  const source = 'd.jsonl';
  for (const test of [10, 0.1, 'hf:owner/name?split=test', { split: 'exam' }])
    assert.deepEqual(parse({ dataset: { source, test } }).dataset?.test, test);
  for (const validation of [10, 0.25, 'heldout.jsonl', { split: 'heldout' }, { level: 3, hard: true }]) {
    assert.deepEqual(parse({ dataset: { source, validation } }).dataset?.validation, validation);
  }
  const complaint = (validation: unknown): string | undefined =>
    errorsWith({ dataset: { source, validation } }).map(withoutPlace)[0];
  assert.equal(
    complaint(1.5),
    'dataset.validation: must be a whole number of rows, or a share of them below 1, not 1.5',
  );
  assert.match(
    errorsWith({ dataset: { source: 'hf:gsm8k' } }).map(withoutPlace)[0] ?? '',
    /^dataset\.source: "hf:gsm8k" names no dataset of the Hugging Face hub\. Write hf:owner\/name/,
  );
  assert.equal(complaint({}), 'dataset.validation: must be an object that names at least one column, not {}');
  assert.match(
    complaint({ split: ['a'] }) ?? '',
    /^dataset\.validation\.split: must be text in quotes or a number or true or false, not/,
  );
  assert.match(complaint(0) ?? '', /^dataset\.validation: must be more than 0, not 0/);
});

test('a built-in model is one of those there are', () => {
  assert.equal(parse({ model: 'builtin:demo' }).model, 'builtin:demo');
  assert.deepEqual(errorsWith({ model: 'builtin:dmo' }).map(withoutPlace), [
    'model: there is no built-in model "builtin:dmo"; built in: builtin:demo',
  ]);
});
