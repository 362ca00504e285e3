/**
 * Promise: whatever a parser is given, it gives a value or its own error: nothing thrown out, nothing hung, no prototype changed. Inputs are drawn from
 * a fixed seed; `npm run fuzz` gives each parser 10,000 and prints what came of them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterWords } from './cluster.ts';
import { data } from './data.ts';
import { folders } from './folders.ts';
import { hubAnswers } from './hub.ts';
import { messages } from './messages.ts';
import { models } from './models.ts';
import { textFiles } from './textFiles.ts';

/** Enough for a mistake made since the last full run to show, and all of them in some seconds. */
const FEW_INPUTS = 100;
const INPUTS = Number(process.env['RLVR_FUZZ_INPUTS'] ?? FEW_INPUTS);
/** Of the longest one, with all inputs on a busy machine. */
const HANG_LIMIT = { timeout: 20 * 60_000 };

for (const parser of [...textFiles, ...messages, ...models, ...data, ...folders, ...hubAnswers, ...clusterWords])
  test(`${parser.name}: ${INPUTS} inputs`, HANG_LIMIT, async (context) => {
    const { accepted, refused, slowestMs } = await parser.fuzz(INPUTS);
    context.diagnostic(
      `${parser.name}: ${accepted} accepted, ${refused} refused, the slowest ${slowestMs.toFixed(0)} ms`,
    );
    assert.ok(accepted > 0, 'some inputs are right: the others are nearly so');
  });
