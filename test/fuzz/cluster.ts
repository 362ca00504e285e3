/** What a cluster says: the driver that joins it, its job API over a real connection, and what a job prints. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import fc from 'fast-check';
import { RayJobs } from '../../src/engine/cluster/jobs/rayJobs.ts';
import { fromDriverSchema } from '../../src/engine/protocol/cluster.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { createRunId } from '../../src/engine/run/runId.ts';
import { RunLineWriter } from '../../src/engine/run/mirror/runLines.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { JobReader } from '../../src/engine/trainer/clusterJob/jobReader.ts';
import { readJobRecord } from '../../src/engine/trainer/clusterJob/jobRecord.ts';
import { experiment, manifest, stepRecord, temporaryFolder } from '../run/samples.ts';
import { fuzzed, type FuzzedParser } from './fuzzed.ts';
import { file } from './files.ts';
import { asText, mutatedJson, mutatedText } from './mutations.ts';
import { ofSchema } from './ofSchema.ts';

/** What a job prints of a short run. */
async function printedRun(): Promise<string> {
  const id = createRunId();
  const dir = join(temporaryFolder(), id);
  const run = RunWriter.create(dir, { ...manifest, id }, experiment);
  run.writeSteps(Array.from({ length: 2 }, (_, step) => stepRecord(step)));
  run.close();
  const printed: string[] = [];
  const writer = new RunLineWriter(dir, (text) => printed.push(text));
  await writer.look(true);
  writer.close();
  return printed.join('');
}

const PREFIX = 'rlvr-run ';
const PRINTED = await printedRun();
const LINES: unknown[] = PRINTED.trim()
  .split('\n')
  .map((line): unknown => JSON.parse(line.slice(PREFIX.length)));

const printed = fc.oneof(
  mutatedText([PRINTED]),
  mutatedJson(fc.constant(LINES)).map((lines) =>
    // Not `map`, which asks a list with a key `constructor` for it.
    Array.from(Array.isArray(lines) ? lines : [lines], (line) => `${PREFIX}${JSON.stringify(line ?? null)}\n`).join(''),
  ),
);

const here = temporaryFolder();
const record = file('job.json');

/** A cluster that answers everything with what it was given. */
async function cluster(): Promise<{ readonly address: string; answer: unknown }> {
  const state = { address: '', answer: null as unknown };
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json').end(JSON.stringify(state.answer ?? null));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const address = server.address();
  state.address = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return state;
}

const served = cluster();
const ANSWER = {
  ...{ version: '4', ray_version: '2.58.0' },
  ...{ submission_id: 'raysubmit_1', status: 'RUNNING', message: 'it runs', logs: 'words', stopped: true },
};

export const clusterWords: readonly FuzzedParser[] = [
  fuzzed({
    name: 'messages of the driver of a cluster',
    inputs: mutatedJson(ofSchema(fromDriverSchema)),
    parse: (message) => fromDriverSchema.safeParse(message).data,
  }),
  fuzzed({
    name: 'what a job of a cluster prints, down to its run folder',
    inputs: printed,
    parse: async (text) => {
      const runsDir = mkdtempSync(join(here, 'runs-'));
      const places = { runsDir, experimentPath: join(runsDir, 'demo.rlvr.json'), modelPath: null, applied: 0 };
      const reader = new JobReader({ address: 'http://cluster:8265', submissionId: 'job' }, places, () => {});
      try {
        mkdirSync(runsDir, { recursive: true });
        await reader.take(Buffer.from(text));
        return reader.dir;
      } finally {
        reader.close();
        rmSync(runsDir, { recursive: true });
      }
    },
    errors: [UserError],
  }),
  fuzzed({
    name: 'where the job of a run is found (job.json)',
    inputs: fc.oneof(
      mutatedText(['{"address":"http://cluster:8265","submissionId":"job","applied":3}']),
      asText(mutatedJson(fc.constant({ address: 'http://cluster:8265', submissionId: 'job', applied: 3 }))),
    ),
    parse: (text) => (record.write(text), readJobRecord(record.dir)),
    errors: [UserError],
  }),
  fuzzed({
    name: "answers of Ray's job API",
    inputs: mutatedJson(fc.constant(ANSWER)),
    parse: async (answer) => {
      const state = await served;
      state.answer = answer;
      const { address } = state;
      const jobs = new RayJobs({ address, token: null, signal: new AbortController().signal, pausesMs: [] });
      return [await jobs.version(), await jobs.state('job'), await jobs.logs('job'), await jobs.stop('job')];
    },
    errors: [UserError],
  }),
];
