import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerModelsReply } from '../../engine/protocol/serverRequests.ts';
import { KnownServers } from './knownServers.ts';
import { enterServer, forgetServerKeys, serverKey, storeServerKey, type Entered, type Secrets } from './serverKeys.ts';

const ADDRESS = 'https://api.example.com/v1';

/** Secrets of an editor, in memory, and the servers that it knows. */
function editor(): { readonly stored: Map<string, string>; readonly secrets: Secrets; readonly known: KnownServers } {
  const stored = new Map<string, string>();
  const secrets: Secrets = {
    get: (name) => Promise.resolve(stored.get(name)),
    store: (name, value) => Promise.resolve(void stored.set(name, value)),
    delete: (name) => Promise.resolve(void stored.delete(name)),
  };
  return { stored, secrets, known: new KnownServers({ servers: undefined }) };
}

interface Person {
  readonly address?: string;
  readonly changesKey?: boolean;
  /** What is typed, one answer for each question; after them the person gives up. */
  readonly types?: readonly string[];
  /** What the server says to a key: a reason to refuse it, or an error. */
  readonly refuses?: (key: string | null) => string | Error | null;
}

/** Comes in as a person would. @returns with the keys that were sent, and what stood over each question */
async function enter(
  { known, secrets }: Pick<ReturnType<typeof editor>, 'known' | 'secrets'>,
  { address = ADDRESS, changesKey = false, types = [], refuses = () => null }: Person,
): Promise<{ readonly entered: Entered | null; readonly sent: (string | null)[]; readonly said: (string | null)[] }> {
  const [sent, said]: (string | null)[][] = [[], []];
  if (!sent || !said) return assert.fail();
  const entered = await enterServer(address, known, secrets, {
    changesKey,
    askForKey: (refused) => Promise.resolve(types[said.push(refused) - 1] ?? null),
    list: (key): Promise<ServerModelsReply> => {
      sent.push(key);
      const refused = refuses(key);
      if (refused instanceof Error) return Promise.reject(refused);
      return Promise.resolve({ kind: 'serverModels', models: refused === null ? ['m'] : [], refused });
    },
  });
  return { entered, sent, said };
}

test('a key is stored when the server has taken it, and its address is remembered with it', async () => {
  const window = editor();
  const refuses = (key: string | null): string | null => (key === 'right' ? null : 'no such key');
  const { entered, sent, said } = await enter(window, { types: ['wrong', 'right'], refuses });
  assert.deepEqual(entered, { models: ['m'], key: 'right' });
  assert.deepEqual(sent, ['wrong', 'right']);
  assert.deepEqual(said, [null, 'no such key']);
  assert.equal(await serverKey(window.secrets, ADDRESS), 'right');
  assert.deepEqual(
    window.known.all.map(({ address }) => address),
    [ADDRESS],
  );
  assert.deepEqual((await enter(window, {})).said, [], 'it is not asked for again');
});

test('a key that the server cannot take, or that the person gives up on, is not stored', async () => {
  const window = editor();
  const breaks = (): Error => new Error('status 400: bad key');
  await assert.rejects(enter(window, { types: ['bad'], refuses: breaks }), /status 400/);
  assert.equal((await enter(window, { types: ['bad'], refuses: () => 'no' })).entered, null);
  assert.deepEqual([...window.stored], []);
  assert.deepEqual(window.known.all, []);
});

test('a stored key gives way to another, and stays where the other is not taken', async () => {
  const window = editor();
  await storeServerKey(window.known, window.secrets, ADDRESS, 'old');
  const breaks = (): Error => new Error('no');
  await assert.rejects(enter(window, { changesKey: true, types: ['bad'], refuses: breaks }));
  assert.equal(await serverKey(window.secrets, ADDRESS), 'old');
  await enter(window, { changesKey: true, types: ['new'] });
  assert.equal(await serverKey(window.secrets, ADDRESS), 'new');
});

test('that none is needed is remembered, and a server on this machine is not asked about at all', async () => {
  const window = editor();
  assert.deepEqual((await enter(window, { types: [''] })).sent, [null]);
  assert.deepEqual((await enter(window, {})).said, []);
  const here = await enter(window, { address: 'http://localhost:8000/v1' });
  assert.deepEqual([here.said, here.entered?.key], [[], null]);
});

test('a server that is dropped for newer ones leaves no key behind', async () => {
  const { known, secrets, stored } = editor();
  for (let index = 0; index < 11; index++)
    await storeServerKey(known, secrets, `https://api${index}.example.com`, `key ${index}`);
  assert.equal(stored.size, 10);
  assert.equal(await serverKey(secrets, 'https://api0.example.com'), null);
  await forgetServerKeys(secrets, known.keep('http://localhost:8000/v1', 'm', null));
  assert.equal(await serverKey(secrets, 'https://api1.example.com'), null);
  assert.equal(stored.size, known.all.length - 1);
});
