import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from './errors.ts';
import { applyOverrides } from './experimentOverrides.ts';
import type { ExperimentSource } from './experimentSource.ts';

const rewards = [{ weight: 1 }, { weight: 2 }];
const source: ExperimentSource = {
  value: { seed: 1, rewards, rollout: { stop: ['a'] } },
  locate: () => ({ name: 'file', range: null }),
};

function values(...assignments: string[]): unknown {
  return applyOverrides(source, assignments).value;
}

test('a value is JSON where it can be, else text', () => {
  assert.deepEqual(values('rollout.stop=["b","c"]'), { seed: 1, rewards, rollout: { stop: ['b', 'c'] } });
  assert.deepEqual(values('rollout=x=y'), { seed: 1, rewards, rollout: 'x=y' });
  assert.deepEqual(values('rollout="7"'), { seed: 1, rewards, rollout: '7' });
});

test('array entries by either spelling, and one past the end appends', () => {
  const wanted = { seed: 1, rewards: [{ weight: 1 }, { weight: 5 }], rollout: { stop: ['a'] } };
  assert.deepEqual(values('rewards[1].weight=5'), wanted);
  assert.deepEqual(values('rewards.1.weight=5'), wanted);
  assert.deepEqual(values('rollout.stop[1]=b'), { seed: 1, rewards, rollout: { stop: ['a', 'b'] } });
});

test('sections and arrays are made where they are missing', () => {
  const made = applyOverrides({ value: {}, locate: () => ({ name: 'file', range: null }) }, [
    'algorithm.clip.low=0.1',
    'rewards[0].function=f',
  ]);
  assert.deepEqual(made.value, { algorithm: { clip: { low: 0.1 } }, rewards: [{ function: 'f' }] });
});

test('a number is an entry of an array only in brackets or where there is one: a schedule has numbers too', () => {
  const { value } = applyOverrides(
    { value: { rewards: [{ function: 'f' }] }, locate: () => ({ name: 'file', range: null }) },
    ['rewards[0].weight.100=0.2', 'rewards.0.weight.0=1'],
  );
  assert.deepEqual(value, { rewards: [{ function: 'f', weight: { 0: 1, 100: 0.2 } }] });
});

test('null takes an entry out', () => {
  assert.deepEqual(values('seed=null', 'rewards[0]=null'), { rewards: [{ weight: 2 }], rollout: { stop: ['a'] } });
});

test('later assignments win, and the source stays as it was', () => {
  const before = structuredClone(source.value);
  assert.deepEqual(values('seed=2', 'seed=3'), { seed: 3, rewards, rollout: { stop: ['a'] } });
  assert.deepEqual(source.value, before);
});

test('an entry is located at the assignment that gave it', () => {
  const { locate } = applyOverrides(source, ['rollout.topK=5', 'rewards.0.weight=3']);
  assert.equal(locate(['rollout', 'topK']).name, '--set rollout.topK=5');
  assert.equal(locate(['rewards', 0, 'weight']).name, '--set rewards.0.weight=3');
  assert.equal(locate(['rollout']).name, 'file');
  assert.equal(applyOverrides(source, ['seed=2', 'seed=3']).locate(['seed']).name, '--set seed=3');
  assert.equal(locate(['rewards', 1, 'weight']).name, 'file');
});

test('__proto__ becomes a key and no prototype', () => {
  const value = values('__proto__.polluted=1');
  assert.equal(Reflect.get({}, 'polluted'), undefined);
  assert.ok(typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__'));
});

test('what is no path=value is a mistake in the command', () => {
  for (const bad of ['seed', '=3', 'rollout..topK=1', '']) assert.throws(() => values(bad), UsageError, bad);
  assert.throws(() => values('rewards[5].weight=1'), /it has entries 0 to 1/);
  assert.throws(() => values('rewards.weight=1'), /"weight" is no entry of the array/);
});
