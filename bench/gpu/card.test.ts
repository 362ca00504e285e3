import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardLines, linesOf } from './card.ts';

test('of two cards both are named, and neither is said to have computed', () => {
  const lines = linesOf([
    { program: 'nvidia-smi', cards: ['NVIDIA RTX A1000, 4096 MiB, 550.54'] },
    { program: 'lspci', cards: ['00:02.0 VGA compatible controller: Intel Iris Xe'] },
  ]);
  assert.deepEqual(lines.slice(0, 2), [
    'NVIDIA RTX A1000, 4096 MiB, 550.54 (nvidia-smi)',
    '00:02.0 VGA compatible controller: Intel Iris Xe (lspci)',
  ]);
  assert.match(lines[2] ?? '', /Which of these computed is not known/);
  assert.deepEqual(linesOf([{ program: 'lspci', cards: ['one'] }]), ['one (lspci)']);
  assert.match(linesOf([])[0] ?? '', /has no name here/);
});

test("the tools of this machine's system are asked", () => assert.ok(cardLines().length > 0));
