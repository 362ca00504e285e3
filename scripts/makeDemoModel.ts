/**
 * Makes the built-in demo from nothing, `npm run make-demo-model`: problems, a tokenizer trained on them, and a small model that learned
 * from a demonstrator who misreads most of the stories. The same seed gives the same files on one machine; the weights may differ in
 * their last bits on another processor.
 *
 * --seed N   of everything random (see DEFAULT_SEED)
 * --out DIR  where train.jsonl, heldout.jsonl and model/ are written (examples/demo)
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { uniforms } from '../src/engine/random/keyed.ts';
import { UserError } from '../src/engine/protocol/errors.ts';
import { makeDemoFiles } from './demo/files.ts';
