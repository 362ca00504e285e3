import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Place } from '../protocol/scoring.ts';
import { findRewardFunctions } from './rewardFunctions.ts';

function at(source: string, { line, column, endLine, endColumn }: Place): string {
  const lines = source.split('\n').slice(line, endLine + 1);
  const last = (lines.pop() ?? '').slice(0, endColumn);
  return [...lines, last].join('\n').slice(column);
}

const SOURCE = `"""Rewards.

def not_code(completions):
    pass
"""
import re

PATTERN = 'def neither(completions): "#'

def format_reward(completions, **kwargs):
    """1 for <think> tags."""
    scores = [
        1.0 for completion in completions
]
    return scores  # one each

# What follows is another.
async def correct(
    prompts: list[str],
    completions: dict[str, tuple[int, int]] = {"a": (1, 2)},  # def no(completions):
    *,
    answer=None,
) -> list[float]:
    def inner(completions):
        return 'x'
    return [inner(c) == "#" for c in completions]

def compute_score(data_source, solution_str, ground_truth, extra_info=None): return 1.0

class Rewards:
    def method(self, completions):
        return []

def named(text):
    return 1

def helper(text): return 2
`;

test("functions with TRL's and verl's parameters, and those that experiments name", () => {
  const found = findRewardFunctions('rewards.py', SOURCE, ['named', 'absent']);
  assert.deepEqual(
    found.map(({ name, per }) => `${name} ${per}`),
    ['format_reward group', 'correct group', 'compute_score completion', 'named completion'],
  );
  for (const { name, namePlace } of found) assert.equal(at(SOURCE, namePlace), name);
  const [format, correct, compute] = found.map(({ place, bodyPlace }) => [at(SOURCE, place), at(SOURCE, bodyPlace)]);
  assert.match(format?.[0] ?? '', /^def format_reward[^]*return scores$/);
  assert.match(format?.[1] ?? '', /^\n {4}"""1 for[^]*return scores$/);
  assert.match(correct?.[0] ?? '', /^async def correct\([^]*for c in completions\]$/);
  assert.match(correct?.[1] ?? '', /^\n {4}def inner/);
  assert.deepEqual(compute?.[1], ' return 1.0');
});

test('text that is being typed', () => {
  for (const typed of [
    '',
    'def ',
    'def f',
    'def f(completions',
    'def f(completions)',
    'def f(completions):',
    'x = """',
    "x = '",
    '(',
  ]) {
    const [first, ...others] = findRewardFunctions('rewards.py', `def one(completions):\n    return []\n${typed}`, []);
    assert.equal(first?.name, 'one', typed);
    for (const { name, place } of others) {
      assert.equal(name, 'f');
      assert.equal(place.line, 2);
    }
  }
});
