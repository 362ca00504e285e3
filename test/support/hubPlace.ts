/** A hub on this machine with one repository, and an empty cache to fetch it into. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { GetProgress } from '../../src/engine/hub/fetchFiles.ts';
import type { Patience } from '../../src/engine/hub/retrying.ts';
import type { GetModelOptions } from '../../src/engine/model/hub/getModel.ts';
import type { ModelDescription } from '../../src/engine/protocol/modelDescription.ts';
import { fakeHub, type FakeHub, type FakeRepo } from './fakeHub.ts';

export interface HubPlace {
  readonly hub: FakeHub;
  readonly cacheDir: string;
  /** Of a dataset or a model. */
  readonly options: GetModelOptions;
  /** What these options were told, in order. */
  readonly told: (ModelDescription | GetProgress)[];
}

/**
 * Until the test is over.
 * @param patience what is asked for again; nothing, unless a test says
 */
export async function hubPlace(
  context: TestContext,
  repo: FakeRepo,
  patience: Omit<Patience, 'signal'> = { pausesMs: [] },
): Promise<HubPlace> {
  const cacheDir = await mkdtemp(path.join(tmpdir(), 'hub-'));
  context.after(() => rm(cacheDir, { recursive: true }));
  const hub = await fakeHub(context, repo);
  const told: HubPlace['told'] = [];
  const options: GetModelOptions = {
    cacheDir,
    endpoint: hub.endpoint,
    offline: false,
    token: null,
    commit: null,
    signal: AbortSignal.timeout(60_000),
    onDescription: (description) => told.push(description),
    onProgress: (progress) => told.push(progress),
    ...patience,
  };
  return { hub, cacheDir, options, told };
}
