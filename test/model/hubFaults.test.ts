/** Promise: whatever goes wrong between here and the hub, at whatever is asked of it, is said in words, and what is fetched afterwards is whole. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { searchModels } from '../../src/engine/hub/searchModels.ts';
import { findModel } from '../../src/engine/model/findModel.ts';
import { getModel } from '../../src/engine/model/hub/getModel.ts';
import { NoAccessError } from '../../src/engine/protocol/errors.ts';
import type { Asked, Fault } from '../support/fakeHub.ts';
import { hubPlace, type HubPlace } from '../support/hubPlace.ts';
import { MODEL_COMMIT, MODEL_NAME, modelRepo } from '../support/modelRepo.ts';

/** What a model is fetched by, in order. */
const STEPS: readonly Asked[] = ['info', 'list', 'more', 'file'];

interface Case {
  readonly fault: Fault;
  /** What is said where a model is fetched; null where it is fetched all the same. */
  readonly said: RegExp | null;
  /** Where a search says something else. */
  readonly inSearch?: RegExp;
  /** Whether a file is asked for again, and comes where it was once only. */
  readonly passes?: true;
}

const REFUSED = /refused a request \((?:401|403)\)/;
const NO_HUB = /something else than a hub does .*Does this network ask you to sign in first/s;

const CASES: Readonly<Record<string, Case>> = {
  'a closed connection': { fault: 'closed', said: /cannot be reached, or the connection broke off/, passes: true },
  'a connection that ends in the middle': { fault: 'cut', said: /connection broke off/, passes: true },
  'the page of a network that asks to sign in': { fault: 'page of a portal', said: NO_HUB },
  'JSON of something else': { fault: 'other JSON', said: NO_HUB },
  'an address that has moved': { fault: 'moved', said: null },
  'addresses in a circle': { fault: 'moved in a circle', said: /redirect count exceeded/, passes: true },
  '401': { fault: { status: 401 }, said: /is private, asks for consent, or does not exist/, inSearch: REFUSED },
  '403': { fault: { status: 403 }, said: /is private, asks for consent, or does not exist/, inSearch: REFUSED },
  'a gate': { fault: { status: 403, code: 'GatedRepo' }, said: /is gated: accept its terms on/, inSearch: REFUSED },
  '404': { fault: { status: 404 }, said: /has no model owner\/tiny/, inSearch: /refused a request \(404\)/ },
  '418': { fault: { status: 418 }, said: /refused a request.* \(418\)/ },
  '429': { fault: { status: 429 }, said: /too many requests from here/, passes: true },
  '503': { fault: { status: 503 }, said: /out of order at the moment \(503\)/, passes: true },
};

const repo = modelRepo();

/** With the pauses that a person has, which the test does not wait for. */
async function place(context: TestContext): Promise<HubPlace & { readonly waits: readonly number[] }> {
  const waits: number[] = [];
  const wait = (ms: number): Promise<void> => Promise.resolve(void waits.push(ms));
  return { ...(await hubPlace(context, await repo, { wait })), waits };
}

const isHere = (cacheDir: string): Promise<boolean> =>
  findModel(MODEL_NAME, '/nowhere', { HF_HUB_CACHE: cacheDir }).then(
    () => true,
    () => false,
  );

for (const [what, { fault, said, inSearch, passes }] of Object.entries(CASES))
  test(`${what}, at whatever is asked`, async (context) => {
    for (const asked of STEPS) {
      const { hub, options, waits } = await place(context);
      hub.fault = { asked, fault, times: Infinity };
      if (said === null) {
        assert.equal((await getModel(MODEL_NAME, options)).commit, MODEL_COMMIT, asked);
        continue;
      }
      await assert.rejects(getModel(MODEL_NAME, options), { name: 'UserError', message: said }, asked);
      assert.equal(await isHere(options.cacheDir), false, asked);
      // Files are asked for again, after pauses that no test waits for; what comes before them is small, and a person waits for it.
      assert.deepEqual(waits, asked === 'file' && passes === true ? [500, 2000, 8000] : [], asked);
      hub.fault = { asked, fault, times: passes === true && asked === 'file' ? 1 : 0 };
      assert.equal((await getModel(MODEL_NAME, options)).commit, MODEL_COMMIT, asked);
      assert.equal(await isHere(options.cacheDir), true, asked);
    }
    const { hub, options } = await place(context);
    hub.fault = { asked: 'search', fault, times: 1 };
    const found = searchModels('tiny', options);
    // A way round in a circle that is gone once leads to the hub.
    if (said === null || fault === 'moved in a circle') assert.equal((await found).length, 1);
    else await assert.rejects(found, { name: 'UserError', message: inSearch ?? said });
  });

test('a repository that is not open says where to ask for access, and a token that is none is told from one that lacks it', async (context) => {
  const { hub, options } = await place(context);
  const access = async (code: string): Promise<unknown> => {
    hub.fault = { asked: 'file', fault: { status: 403, code }, times: Infinity };
    const error: unknown = await getModel(MODEL_NAME, options).catch((thrown: unknown) => thrown);
    return error instanceof NoAccessError ? error.noAccess : error;
  };
  const page = `${hub.endpoint}/${MODEL_NAME}`;
  assert.deepEqual(await access('GatedRepo'), { name: MODEL_NAME, page, isGated: true });
  assert.deepEqual(await access(''), { name: MODEL_NAME, page, isGated: false });
  hub.fault = { asked: 'search', fault: { status: 401 }, times: Infinity };
  await assert.rejects(searchModels('tiny', { ...options, token: 'hf_old' }), /does not know your Hugging Face token/);
});
