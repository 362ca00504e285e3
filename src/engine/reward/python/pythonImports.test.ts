import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pythonImports } from './pythonImports.ts';

/** As `..module.part: names`. */
function imports(text: string): string[] {
  return pythonImports(text).map(
    ({ level, module, names }) => `${'.'.repeat(level)}${module.join('.')}: ${names.join(' ')}`,
  );
}

test('every form of the statement', () => {
  const text = `
from __future__ import annotations
from a.b import c as d, e
from f import (
    g,  # not h, i
    j as k,
)
from . import l
from ..m import *
import n, o.p as q; from r import s
try:
    import t
except ImportError:
    from u \\
        import v
def f():\timport_module("w")
`;
  assert.deepEqual(imports(text), [
    '__future__: annotations',
    'a.b: c e',
    'f: g j',
    '.: l',
    '..m: ',
    'u: v',
    'n: ',
    'o.p: ',
    't: ',
  ]);
});

test('half a statement, and a word that begins like one', () => {
  assert.deepEqual(imports('from\nimport\nfrom a\nimportant = 1\nfrom_ = 2\nfrom b import'), []);
  assert.deepEqual(imports('from a import (b,\n'), ['a: (b']);
});
