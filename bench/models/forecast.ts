/** What the engine expects the experiment of a folder to take, as it does before a run's first step. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { cacheFacts } from '../../src/engine/compute/cacheFacts.ts';
import { openModelFolder } from '../../src/engine/model/modelFolder.ts';
import { architectureOf } from '../../src/engine/model/registry.ts';
import { Tokenizer } from '../../src/engine/model/tokenizer.ts';
import { parseExperiment } from '../../src/engine/protocol/experimentFile.ts';
import { experimentMemory } from '../../src/engine/trainer/experimentMemory.ts';
import { EXPERIMENT_FILE, PROBLEMS_FILE } from './folder.ts';

const problemSchema = z.object({ question: z.string() });

/** In bytes. */
export async function forecastOf(path: string): Promise<number> {
  const experimentPath = join(path, EXPERIMENT_FILE);
  const experiment = parseExperiment(await readFile(experimentPath, 'utf8'), experimentPath);
  const folder = await openModelFolder(path);
  const architecture = architectureOf(folder.config);
  const tokenizer = await Tokenizer.load(path, folder.eosTokenIds);
  const lines = (await readFile(join(path, PROBLEMS_FILE), 'utf8')).trim().split('\n');
  const train = lines.map((line) => ({ tokens: tokenizer.encode(problemSchema.parse(JSON.parse(line)).question) }));
  const policy = { contextLength: architecture.contextLength, cache: cacheFacts(architecture) };
  const facts = { model: { folder }, policy, problems: { train, validation: [] } };
  return experimentMemory(experiment, facts)(experiment.training.microBatch);
}
