/** A configuration written to do harm: it is refused as what a person can mend, or describes a model of sizes that were checked. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../protocol/errors.ts';
import { inspectArchitecture } from './inspect.ts';
import { isJsonObject, type JsonObject } from './jsonFile.ts';
import { architectureOf } from './registry.ts';

const GOLDEN = join(import.meta.dirname, '../../../test/fixtures/golden');

/** In the place of any value: wrong kinds, and numbers at the ends of what is held. */
const HOSTILE: readonly unknown[] = [
  ...[0, -1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e300, Number.MIN_VALUE],
  ...[null, true, '', '1', '__proto__', [], [[]], {}, { toString: 1 }],
  ...[
    Object.fromEntries([['__proto__', { rope_type: 'llama3' }]]),
    'x'.repeat(100_000),
    Array.from({ length: 10_000 }, () => 0),
  ],
];

/** Every configuration in which one value, at any depth, is another. */
function* changed(config: JsonObject): Generator<JsonObject> {
  for (const [key, value] of Object.entries(config)) {
    for (const hostile of HOSTILE) yield { ...config, [key]: hostile };
    if (isJsonObject(value)) for (const inner of changed(value)) yield { ...config, [key]: inner };
  }
}

for (const name of readdirSync(GOLDEN, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
))
  test(`${name} with each value of its configuration replaced`, () => {
    const config: unknown = JSON.parse(readFileSync(join(GOLDEN, name, 'config.json'), 'utf8'));
    assert.ok(isJsonObject(config));
    const outcomes = { described: 0, refused: 0 };
    for (const one of changed(config))
      try {
        const architecture = architectureOf(one);
        for (const shape of inspectArchitecture(architecture).parameters.values())
          assert.ok(shape.every((size) => Number.isSafeInteger(size) && size > 0));
        outcomes.described++;
      } catch (error) {
        assert.ok(error instanceof UserError, `${JSON.stringify(one).slice(0, 300)}: ${String(error)}`);
        assert.ok(error.message.length < 5000, error.message.slice(0, 300));
        outcomes.refused++;
      }
    assert.ok(outcomes.described > 0 && outcomes.refused > 0, JSON.stringify(outcomes));
  });
