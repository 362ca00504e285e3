/** What a hub answers, over a real connection. */
import { createServer } from 'node:http';
import fc from 'fast-check';
import { configsOf } from '../../src/engine/data/hub/datasetCard.ts';
import { repoIndexSchema, selectFiles } from '../../src/engine/data/hub/repoIndex.ts';
import { licenceOf } from '../../src/engine/hub/card.ts';
import { HubClient } from '../../src/engine/hub/hubClient.ts';
import { searchModels } from '../../src/engine/hub/searchModels.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { parseHubSource } from '../../src/engine/protocol/hubSource.ts';
import { fuzzed, type FuzzedParser } from './fuzzed.ts';
import { mutatedJson } from './mutations.ts';

const COMMIT = 'c'.repeat(40);
const CARD = {
  license: 'mit',
  configs: [{ config_name: 'main', default: true, data_files: [{ split: 'train', path: 'data/train-*.parquet' }] }],
};
const INFO: unknown = {
  ...{
    _id: '1',
    id: 'owner/name',
    private: false,
    downloads: 3,
    likes: 1,
    gated: false,
    lastModified: '2024-01-01T00:00:00.000Z',
  },
  ...{ sha: COMMIT, cardData: CARD },
};
const TREE: unknown = [
  { type: 'file', oid: 'a'.repeat(40), size: 12, path: 'README.md' },
  { type: 'directory', oid: 'b'.repeat(40), size: 0, path: 'data' },
  {
    type: 'file',
    oid: 'd'.repeat(40),
    size: 134,
    path: 'data/train-0.parquet',
    lfs: { oid: 'e'.repeat(64), size: 4096, pointerSize: 134 },
  },
];

/** A hub that answers each path with what it was given for it. */
async function hub(): Promise<{ readonly endpoint: string; answers: Record<string, unknown> }> {
  const state = { endpoint: '', answers: {} as Record<string, unknown> };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://hub');
    const kind = pathname.includes('/tree/') ? 'tree' : pathname.includes('/revision/') ? 'info' : 'list';
    response.setHeader('content-type', 'application/json').end(JSON.stringify(state.answers[kind] ?? null));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const address = server.address();
  state.endpoint = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return state;
}

const served = hub();
const access = async (): Promise<ConstructorParameters<typeof HubClient>[1]> => ({
  endpoint: (await served).endpoint,
  token: null,
  signal: new AbortController().signal,
});

export const hubAnswers: readonly FuzzedParser[] = [
  fuzzed({
    name: 'answers of a hub about a repository',
    inputs: fc.record({ info: mutatedJson(fc.constant(INFO)), tree: mutatedJson(fc.constant(TREE)) }),
    parse: async (answers) => {
      (await served).answers = answers;
      const { files, card } = await new HubClient({ kind: 'dataset', name: 'owner/name' }, await access()).open('main');
      const index = { files: files.map(({ path }) => path), configs: configsOf(card) };
      return [licenceOf(card), selectFiles(index, parseHubSource('hf:owner/name'), 'train')];
    },
    errors: [UserError],
  }),
  fuzzed({
    name: 'answers of a hub to a search',
    inputs: fc.record({ list: mutatedJson(fc.constant([INFO, INFO])) }),
    parse: async (answers) => {
      (await served).answers = answers;
      return searchModels('name', await access());
    },
    errors: [UserError],
  }),
  fuzzed({
    name: 'cards of datasets',
    inputs: mutatedJson(fc.constant(CARD)),
    parse: (card) => [licenceOf(card), repoIndexSchema.safeParse({ files: [], configs: configsOf(card) }).success],
  }),
];
