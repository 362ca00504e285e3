import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTrainingInput } from './agentTools.ts';

const accepts = (override: string): boolean =>
  startTrainingInput.safeParse({ experiment: 'a.rlvr.json', overrides: [override] }).success;

test('an agent may change numbers and choices', () => {
  const allowed = [
    'training.steps=50',
    'optimizer.learningRate=1e-4',
    'optimizer.learningRate=0.0001',
    'algorithm.preset=dapo',
    'evaluation.sampling.temperature=0',
    'rollout.groupSize=16',
    'lora.rank=8',
    'full=true',
    'seed=7',
    'threads=2',
    'device=cpu',
  ];
  for (const override of allowed) assert.ok(accepts(override), override);
});

test('and nothing that names code, a model, data or another file', () => {
  const refused = [
    'model=/elsewhere',
    'model=other',
    'rewards=[]',
    'rewards[0].file=x.ts',
    'rewards.0.file=x.ts',
    'rewards[0].weight=2',
    'dataset.source=x.jsonl',
    'dataset={"source":"x.jsonl"}',
    'lora.from=adapter',
    'lora={"from":"adapter"}',
    'lora=null=1',
    'rollout.stop=["a"]',
    'training.steps=/etc/passwd',
    'training.steps=1 2',
    'training.steps=1\nmodel=x',
    'training.steps=1;x',
    ' model=x',
    'trainingmodel=x',
    'training.constructor.prototype=1; x',
    'name=x',
    '$schema=x',
    'training.steps',
    '=1',
    '',
  ];
  for (const override of refused) assert.ok(!accepts(override), override);
});
