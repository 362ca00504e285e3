/** A model behind an OpenAI-compatible API, to be evaluated on experiments of one project. */
import { join } from 'node:path';
import { afterEach } from 'node:test';
import { RunReader } from '../../src/engine/run/reader.ts';
import type { EvaluateServerOptions } from '../../src/engine/trainer/server/evaluateServer.ts';
import { startModelServer, type Answered, type AskedServer, type ModelServer } from './modelServer.ts';
import { makeProject, reward, writeExperiment, type Changes, type Project } from './trainingProject.ts';

/** The model that is asked for. */
export const MODEL = 'large-model';
/** What a server says of its models. */
const LISTED = { data: [{ id: MODEL, object: 'model', owned_by: 'vllm', max_model_len: 4096 }, { id: 'other' }] };

export const DATASET = { source: 'train.jsonl', validation: 4 };

export const quiet = { emit: () => undefined, signal: new AbortController().signal };

/** A text that the server has continued a prompt with. */
export const continued = (text: string, more: Record<string, unknown> = {}): Answered => ({
  body: { choices: [{ text, finish_reason: 'stop', ...more }], usage: { prompt_tokens: 10, completion_tokens: 3 } },
});

export class PolicyServers {
  readonly project: Project;
  #server: ModelServer | null = null;

  constructor(project: Project) {
    this.project = project;
  }

  /** Starts the server of a test. @param answer to what is no question for its models @param models the answer to that */
  async serve(
    answer: (asked: AskedServer) => Answered | Promise<Answered>,
    models: Answered = { body: LISTED },
  ): Promise<ModelServer> {
    this.#server = await startModelServer((asked) => (asked.path === '/v1/models' ? models : answer(asked)));
    return this.#server;
  }

  stop(): void {
    this.#server?.close();
    this.#server = null;
  }

  /** Writes one. @returns its path */
  experiment(name: string, changes: Changes = {}): string {
    return writeExperiment(this.project, { rewards: [reward('digits')], dataset: DATASET, ...changes }, name);
  }

  options(path: string, changes: Partial<EvaluateServerOptions> = {}): EvaluateServerOptions {
    return {
      ...{ path, model: MODEL, prices: null, split: 'validation', overrides: [], firstWaitMs: 1 },
      baseUrl: this.#server?.baseUrl ?? '',
      runsDir: join(this.project.folder, 'server-runs'),
      ...changes,
    };
  }
}

/** For all tests of a file; the server of each is stopped behind it. */
export async function openPolicyServers(): Promise<PolicyServers> {
  const servers = new PolicyServers(await makeProject('gpt2'));
  afterEach(() => servers.stop());
  return servers;
}

export function validationPrompts(run: string): (string | null)[] {
  const reader = RunReader.open(run);
  try {
    return reader.problems('validation').map(({ prompt }) => prompt);
  } finally {
    reader.close();
  }
}
