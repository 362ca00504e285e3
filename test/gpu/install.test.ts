/** "Install GPU Support" against a server on this machine: the real download, unpacking and loading of libraries that are none. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { ComputeClient } from '../../src/engine/compute/client.ts';
import {
  describeGpuSupport,
  installGpuSupport,
  type InstalledGpuSupport,
} from '../../src/engine/gpu/installGpuSupport.ts';
import { unpackEntries } from '../../src/engine/gpu/zipFile.ts';
import type { GetProgress } from '../../src/engine/hub/fetchFiles.ts';
import { gpuSupport, gpuSupportFolder, hasGpuSupport } from '../../src/engine/onnx/gpuSupport.ts';
import { runtimeVersion } from '../../src/engine/onnx/session.ts';
import { temporaryFolder } from '../run/samples.ts';
import { finish, jsonLines, start } from '../cli/rlvr.ts';
import { fakeNuget, makeZip, type FakeNuget } from '../support/fakeNuget.ts';

const platform = `${process.platform}-${process.arch}`;
const skip = hasGpuSupport(platform) ? false : `ONNX Runtime has no libraries for CUDA on ${platform}`;

const { packageName: name, version, files } = gpuSupport();
const SHARED = Buffer.from('shared '.repeat(9000));
const CUDA = Buffer.from('cuda '.repeat(50_000));
const PACKAGE = makeZip({
  'license-file.txt': Buffer.from('not asked'),
  [files[0] ?? '']: SHARED,
  'runtimes/linux-x64/native/libonnxruntime_providers_tensorrt.so': Buffer.from('not wanted'),
  [files[1] ?? '']: CUDA,
});
const LIBRARIES = ['libonnxruntime.so.1', 'libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'];

interface Place {
  readonly nuget: FakeNuget;
  /** What is to be fetched goes below it. */
  readonly cache: string;
  readonly install: (signal?: AbortSignal) => Promise<InstalledGpuSupport>;
  readonly progress: GetProgress[];
}

async function openPlace(context: TestContext, contents = PACKAGE): Promise<Place> {
  const nuget = await fakeNuget(context, { name, version, contents });
  const home = temporaryFolder();
  const before = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = home;
  context.after(() => {
    if (before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = before;
  });
  const progress: GetProgress[] = [];
  const install = (signal = new AbortController().signal): Promise<InstalledGpuSupport> =>
    installGpuSupport({
      env: { RLVR_NUGET_INDEX: nuget.index },
      signal,
      pausesMs: [0, 0],
      onProgress: (event) => progress.push(event),
    });
  return { nuget, cache: path.join(home, 'rlvr-ops'), install, progress };
}

/** Names of everything under the folder that is beside or in GPU support. */
const left = (cache: string): string[] => readdirSync(path.join(cache, 'gpu-support'));

test('the server is the one of the install script, and the version the bundled one', () => {
  assert.match(gpuSupport().index, /^https:\/\/api\.nuget\.org\//);
  assert.equal(name, 'Microsoft.ML.OnnxRuntime.Gpu.Linux');
  assert.equal(version, runtimeVersion);
});

test('what is expected is unpacked, and compute processes load ONNX Runtime from there', { skip }, async (context) => {
  const { nuget, cache, install, progress } = await openPlace(context);
  nuget.redirects = true;
  nuget.pages = true;
  const options = { env: { RLVR_NUGET_INDEX: nuget.index }, signal: new AbortController().signal };
  const { folder, download } = await describeGpuSupport(options);
  assert.deepEqual([folder, download?.bytes], [gpuSupportFolder(), PACKAGE.length]);
  assert.ok(!nuget.requests.some((request) => request.startsWith('/contents')), 'to tell is to fetch nothing');

  const { folder: installed, failure } = await install();
  assert.equal(installed, folder);
  assert.deepEqual(readdirSync(folder).sort(), LIBRARIES);
  assert.deepEqual(left(cache), [path.basename(folder)]);
  assert.ok(readFileSync(path.join(folder, 'libonnxruntime_providers_shared.so')).equals(SHARED));
  assert.ok(readFileSync(path.join(folder, 'libonnxruntime_providers_cuda.so')).equals(CUDA));
  assert.deepEqual(progress.at(-1), {
    source: 'GPU support',
    file: `${name} ${version}`,
    done: PACKAGE.length,
    total: PACKAGE.length,
  });
  assert.notEqual(failure, null, 'what was installed is no library');

  const compute = new ComputeClient();
  const { runtimeFolder, providers } = await compute.request({ kind: 'inspect', providers: ['cpu'] });
  compute.kill();
  assert.equal(runtimeFolder, folder);
  assert.deepEqual(providers, [{ name: 'cpu', failure: null }]);
  const asked = nuget.requests.length;
  assert.equal((await describeGpuSupport({ ...options, env: { HF_HUB_OFFLINE: '1' } })).download, null);
  await install();
  assert.equal(nuget.requests.length, asked, 'what is installed needs no server');
});

test('a connection that breaks off is gone on with, also by the next who asks', { skip }, async (context) => {
  const { nuget, install } = await openPlace(context);
  nuget.breakAfter = [1000, 500, 0, 0];
  await assert.rejects(install(), { name: 'UserError', message: /broke off.*try again/i });
  const ranges = nuget.requests.filter((request) => request.startsWith('/contents'));
  assert.deepEqual(
    ranges.map((request) => request.split(' ')[1]),
    [undefined, 'bytes=1000-', 'bytes=1500-'],
  );
  nuget.breakAfter = [];
  assert.ok(statSync(path.join((await install()).folder, 'libonnxruntime.so.1')).size > 0);
  assert.match(nuget.requests.at(-1) ?? '', /bytes=1500-$/);
});

test('other bytes than the server lists are thrown away', { skip }, async (context) => {
  const { nuget, cache, install } = await openPlace(context);
  nuget.corrupts = true;
  await assert.rejects(install(), { name: 'UserError', message: /another checksum.*thrown away/ });
  assert.deepEqual(left(cache), []);
});

test('a package that is damaged, or lacks a library, leaves nothing installed', { skip }, async (context) => {
  const wanted = { [files[0] ?? '']: SHARED, [files[1] ?? '']: CUDA };
  for (const [contents, message] of [
    [makeZip({ [files[0] ?? '']: SHARED }), /has no .*providers_cuda/],
    [makeZip(wanted, { otherCrc: true }), /is damaged/],
    [makeZip(wanted, { bytesMore: -1 }), /damaged/],
    [makeZip(wanted, { bytesMore: 1 }), /damaged/],
    [makeZip({ ...wanted, '../../outside.so': SHARED }), /damaged/],
    [Buffer.from('no zip'), /no zip file/],
  ] as const) {
    const { cache, install } = await openPlace(context, contents);
    await assert.rejects(install(), { name: 'UserError', message });
    assert.ok(!left(cache).some((entry) => entry.endsWith('partial') || entry.endsWith('cuda12')));
  }
});

test('a full disk is a sentence', { skip }, async (context) => {
  const { cache, install } = await openPlace(context);
  mkdirSync(path.join(cache, 'gpu-support'), { recursive: true });
  symlinkSync('/dev/full', `${gpuSupportFolder()}.nupkg.rlvr.incomplete`);
  await assert.rejects(install(), { name: 'UserError', message: /cannot be written.*ENOSPC.*Make room/ });
  assert.ok(!left(cache).includes(path.basename(gpuSupportFolder())));
});

test('a package that was only not unpacked is not fetched again', { skip }, async (context) => {
  const { nuget, cache, install } = await openPlace(context);
  const fetched = (): number => nuget.requests.filter((request) => request.startsWith('/contents')).length;
  mkdirSync(path.join(cache, 'gpu-support'), { recursive: true });
  writeFileSync(gpuSupportFolder(), 'in the way');
  await assert.rejects(install(), { name: 'UserError', message: /cannot be written.*ENOTDIR/ });
  assert.deepEqual([fetched(), readFileSync(gpuSupportFolder(), 'utf8')], [1, 'in the way']);
  assert.ok(!left(cache).some((entry) => entry.endsWith('partial')));
  rmSync(gpuSupportFolder());
  await install();
  assert.equal(fetched(), 1);
  assert.deepEqual(left(cache), [path.basename(gpuSupportFolder())]);
});

test('two who ask at once get one download', { skip }, async (context) => {
  const { nuget, cache, install } = await openPlace(context);
  const both = await Promise.all([install(), install()]);
  assert.deepEqual(
    both.map(({ folder }) => folder),
    [gpuSupportFolder(), gpuSupportFolder()],
  );
  assert.equal(nuget.requests.filter((request) => request.startsWith('/contents')).length, 1);
  assert.deepEqual(left(cache), [path.basename(gpuSupportFolder())]);
});

test('two processes that install at once both end well', { skip }, async (context) => {
  const { nuget, cache } = await openPlace(context);
  const environment = { XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'], RLVR_NUGET_INDEX: nuget.index };
  const command = (): ReturnType<typeof finish> =>
    finish(start(['get', 'gpu-support', '--json'], temporaryFolder(), environment));
  for (const { code, stderr } of await Promise.all([command(), command()])) assert.equal(code, 0, stderr);
  assert.deepEqual(left(cache), [path.basename(gpuSupportFolder())]);
});

test('what is left of a folder that somebody emptied is replaced', { skip }, async (context) => {
  const { install } = await openPlace(context);
  mkdirSync(gpuSupportFolder(), { recursive: true });
  writeFileSync(path.join(gpuSupportFolder(), 'libonnxruntime_providers_cuda.so'), 'old');
  await install();
  assert.deepEqual(readdirSync(gpuSupportFolder()).sort(), LIBRARIES);
});

test('who cancels behind the download has nothing installed, and the package kept', { skip }, async (context) => {
  const { nuget, cache, progress, install } = await openPlace(context);
  const controller = new AbortController();
  progress.push = (event) => {
    if (event.done === event.total) controller.abort();
    return 0;
  };
  await assert.rejects(install(controller.signal), { name: 'AbortError' });
  assert.deepEqual(left(cache), [`${path.basename(gpuSupportFolder())}.nupkg.rlvr.incomplete`]);
  await install();
  assert.equal(nuget.requests.filter((request) => request.startsWith('/contents')).length, 1);

  const zip = path.join(temporaryFolder(), 'package');
  writeFileSync(zip, PACKAGE);
  const targets = new Map([[files[1] ?? '', `${zip}.so`]]);
  await assert.rejects(unpackEntries(zip, targets, AbortSignal.abort()), { name: 'AbortError' });
});

test('checksums are taken from the server that was named, and from no other', { skip }, async (context) => {
  const { nuget, install } = await openPlace(context);
  const notAsked = { name: 'UserError', message: /is not asked/ };
  nuget.metadataAt = 'http://127.0.0.2:1/metadata/';
  await assert.rejects(install(), notAsked);
  nuget.metadataAt = null;
  nuget.entryAt = 'http://127.0.0.2:1/entry';
  await assert.rejects(install(), notAsked);
  nuget.entryAt = '/entry';
  await assert.rejects(install(), { name: 'UserError', message: /refused a request \(302\)/ });
  nuget.entryAt = '/entry/moved';
  await install();
});

test('a server that is not asked over https is asked for nothing', { skip }, async (context) => {
  await openPlace(context);
  const signal = new AbortController().signal;
  await assert.rejects(describeGpuSupport({ env: { RLVR_NUGET_INDEX: 'http://nuget.invalid/index.json' }, signal }), {
    name: 'UserError',
    message: /is not https/,
  });
});

test('what is wrong with the places of the hub is nothing to it', { skip }, async (context) => {
  const { nuget } = await openPlace(context);
  const wrong = { HF_HOME: 'relative', HF_ENDPOINT: 'no address', RLVR_NUGET_INDEX: nuget.index };
  const { download } = await describeGpuSupport({ env: wrong, signal: new AbortController().signal });
  assert.equal(download?.bytes, PACKAGE.length);
});

test('a busy server is asked as late as it wants, and a half answer is asked for again', { skip }, async (context) => {
  const { nuget, install } = await openPlace(context);
  nuget.busyFor = 3600;
  await assert.rejects(install(), { name: 'UserError', message: /out of order at the moment .503.*in 3600 seconds/ });
  assert.equal(nuget.requests.length, 1);
  nuget.busyFor = null;
  nuget.halves = 1;
  await install();
  assert.equal(nuget.requests.filter((request) => request === '/entry').length, 2);
});

test('in a terminal the size comes first, and nothing is fetched with --look or offline', { skip }, async (context) => {
  const { nuget } = await openPlace(context);
  const environment = { XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'], RLVR_NUGET_INDEX: nuget.index };
  const look = await finish(start(['get', 'gpu-support', '--look'], temporaryFolder(), environment));
  assert.match(look.stdout, /^Microsoft\.ML\.OnnxRuntime\.Gpu\.Linux .*: 306\.4 KiB from http.*\nIt goes to .*\n$/);
  const offline = { ...environment, HF_HUB_OFFLINE: '1' };
  assert.match(
    (await finish(start(['get', 'gpu-support'], temporaryFolder(), offline))).stderr,
    /HF_HUB_OFFLINE is set/,
  );
  const { code, stdout } = await finish(start(['get', 'gpu-support', '--json'], temporaryFolder(), environment));
  assert.equal(code, 0);
  assert.deepEqual(jsonLines(stdout).at(0)?.['event'], 'gpu-support');
  assert.match(JSON.stringify(jsonLines(stdout).at(-1)), /"event":"got".*"failure":\{"reason":"/);
});
