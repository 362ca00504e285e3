/** Run folders, the folders of engines, and what lies beside runs. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readEnd, readEndpoint, readSession } from '../../src/extension/engine/session.ts';
import { readForecast } from '../../src/engine/analysis/forecast/againstFact.ts';
import { rewardEntries } from '../../src/engine/analysis/keptFiles.ts';
import { parseWarnings } from '../../src/engine/analysis/runWarnings.ts';
import { openSessionFolder } from '../../src/engine/main/sessionFolder.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { endpointSchema, endSchema, launchSchema } from '../../src/engine/protocol/link.ts';
import { forecastSchema } from '../../src/engine/protocol/forecast.ts';
import { JudgeReplies } from '../../src/engine/reward/services/judgeReplies.ts';
import { readLabel } from '../../src/engine/run/label.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { parseManifest } from '../../src/engine/run/manifest.ts';
import { BadValueError } from '../../src/engine/run/rows.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { parseMeasured, readProfile } from '../../src/engine/trainer/curriculum/passProfile.ts';
import { KeptAnswers } from '../../src/engine/trainer/server/keptAnswers.ts';
import { experiment, manifest, stepRecord, temporaryFolder } from '../run/samples.ts';
import { file } from './files.ts';
import { fuzzed, type FuzzedParser } from './fuzzed.ts';
import { asText, mutatedBytes, mutatedJson, mutatedText } from './mutations.ts';
import { ofSchema } from './ofSchema.ts';

const folder = temporaryFolder();
const runDir = join(folder, 'run');
const writer = RunWriter.create(runDir, manifest, experiment);
writer.writeSteps(Array.from({ length: 3 }, (_, step) => stepRecord(step)));
writer.close();
const database = join(runDir, 'run.sqlite');
const DATABASE = readFileSync(database);

/** All that a run says, through the door that readers use. */
function readRun(): number {
  const reader = RunReader.open(runDir);
  try {
    reader.state();
    reader.writer();
    const names = reader.metricNames();
    for (const name of names) reader.series(name, { maxPoints: 2 });
    reader.problems('train');
    reader.search('apples');
    reader.evaluations();
    return [...reader.metricRows()].length + [...reader.completions()].length;
  } finally {
    reader.close();
  }
}

const launch = file('launch.json');
const endpoint = file('endpoint.json');
const end = file('end.json');
const forecast = file('forecast.json');
const label = file('label.json');
const entries = file('rewards');
rmSync(entries.dir, { recursive: true, force: true });
mkdirSync(join(entries.dir, 'rewards'), { recursive: true });
const judge = file('judge.jsonl');
const answers = file('answers.jsonl');
const profile = file('profile.json');

const JUDGED = ['\n{"question":"ab","reply":"yes"}\n{"question":"cd","reply":"no"}'];
const ANSWERED = ['\n{"asked":"ab","answer":{"choices":[{"text":"x"}]}}\n{"asked":"cd","answer":null}'];
const MEASURED = [
  '{"problem":1,"solved":1,"scored":2,"tokens":9}\n{"problem":2,"solved":0,"scored":2,"tokens":9}\n{"prob',
];
const LOG = [
  '2026-01-01T12:00:00.000Z warning: The reward "x" failed.\n  reward.ts:3\n2026-01-01T12:00:01.000Z step 2\n',
];

export const folders: readonly FuzzedParser[] = [
  fuzzed({
    name: 'databases of runs',
    inputs: mutatedBytes([DATABASE]),
    parse: (bytes) => {
      writeFileSync(database, bytes);
      return readRun();
    },
    errors: [UserError],
  }),
  fuzzed({
    name: 'manifests of runs',
    inputs: asText(mutatedJson(fc.constant(manifest))),
    parse: parseManifest,
    errors: [BadValueError],
  }),
  fuzzed({
    name: 'experiments of runs',
    inputs: fc.oneof(asText(mutatedJson(fc.constant(experiment))), mutatedText([JSON.stringify(experiment)])),
    parse: (text) => {
      writeFileSync(database, DATABASE);
      writeFileSync(join(runDir, 'experiment.json'), text);
      const reader = RunReader.open(runDir);
      try {
        return reader.experiment();
      } finally {
        reader.close();
      }
    },
    errors: [UserError],
  }),
  fuzzed({ name: 'logs of runs', inputs: mutatedText(LOG), parse: (text) => parseWarnings(text).length > 0 }),
  fuzzed({
    name: 'forecasts beside runs',
    inputs: asText(mutatedJson(ofSchema(forecastSchema))),
    parse: (text) => (forecast.write(text), readForecast(forecast.dir)),
  }),
  fuzzed({
    name: 'labels of runs',
    inputs: mutatedText(['{"name":"best","starred":true}']),
    parse: (text) => (label.write(text), readLabel(label.dir).starred),
  }),
  fuzzed({
    name: 'lists of the rewards that a run keeps',
    inputs: mutatedText(['{"correct":"rewards/correct/reward.ts"}']),
    parse: (text) => {
      writeFileSync(join(entries.dir, 'rewards', 'entries.json'), text);
      return Object.keys(rewardEntries(entries.dir)).length > 0;
    },
    errors: [UserError],
  }),
  fuzzed({
    name: 'what an engine is to do (launch.json), in the engine',
    inputs: fc.oneof(asText(mutatedJson(ofSchema(launchSchema))), mutatedText(['{"id":"a","secret":"b"}'])),
    parse: (text) => (launch.write(text), openSessionFolder(launch.dir)),
    errors: [UserError],
  }),
  fuzzed({
    name: 'the same, in the editor',
    inputs: asText(mutatedJson(ofSchema(launchSchema))),
    parse: (text) => (launch.write(text), readSession(launch.dir)),
  }),
  fuzzed({
    name: 'where an engine listens (endpoint.json)',
    inputs: asText(mutatedJson(ofSchema(endpointSchema))),
    parse: (text) => (endpoint.write(text), readEndpoint(endpoint)),
  }),
  fuzzed({
    name: 'how an engine ended (end.json)',
    inputs: asText(mutatedJson(ofSchema(endSchema))),
    parse: (text) => {
      end.write(text);
      return readEnd(end);
    },
  }),
  fuzzed({
    name: 'replies of judges that a run keeps',
    inputs: mutatedText(JUDGED),
    parse: async (text) => (await new JudgeReplies().know(judge.write(text)), true),
  }),
  fuzzed({
    name: 'answers of servers that were paid for',
    inputs: mutatedText(ANSWERED),
    parse: (text) => new KeptAnswers(answers.write(text), 'Give another folder.').count > 0,
  }),
  fuzzed({
    name: 'measured problems of a profile',
    inputs: mutatedText(MEASURED),
    parse: (text) => parseMeasured(text).length > 0,
  }),
  fuzzed({
    name: 'profiles of pass rates',
    inputs: mutatedText(['{"format":1,"key":"k","problems":[{"problem":1,"solved":1,"scored":2,"tokens":9}]}']),
    parse: (text) => readProfile(profile.write(text), null),
    errors: [UserError],
  }),
];
