/** Checks of what the engine is made of: the database, and ONNX Runtime with its providers. */
import { NEEDED_NODE } from '../process/nodeVersion.ts';
import type { ProviderFailure } from '../protocol/compute.ts';
import type { MachineCheck } from '../protocol/link.ts';
import { absent, fail, ok, reasonOf, warn } from './check.ts';

const REINSTALL =
  'Install RLVR-Ops again (a checkout: `npm ci`); where that does not help, there may be no build of it for this platform.';

const NO_INTEL_MACS = 'ONNX Runtime has no binaries for Macs with Intel processors: train on another machine.';

interface Device {
  readonly name: string;
  readonly title: string;
  /** What keys and values do while completions are sampled, where they have a way to go. */
  readonly caches?: string;
}

/** The devices an experiment may ask for. */
const PROVIDERS: readonly Device[] = [
  { name: 'cpu', title: 'CPU' },
  { name: 'cuda', title: 'CUDA', caches: 'go to the card once for 16 tokens' },
  { name: 'dml', title: 'DirectML', caches: 'go to the card at each token' },
  { name: 'coreml', title: 'CoreML' },
  { name: 'webgpu', title: 'WebGPU', caches: 'stay on the card' },
];

export async function sqliteCheck(): Promise<MachineCheck> {
  const name = 'node:sqlite';
  try {
    const { sqliteSupport } = await import('../run/sqliteSupport.ts');
    const { version, fullTextSearch } = sqliteSupport();
    if (fullTextSearch) return ok(name, `SQLite ${version} with full-text search`);
    return fail(
      name,
      `SQLite ${version} without FTS5`,
      'Use a Node from nodejs.org, whose SQLite has full-text search.',
    );
  } catch (error) {
    return fail(name, reasonOf(error), `Use Node ${NEEDED_NODE}, or 24 and later; \`npx rlvr\` in the project does.`);
  }
}

/** Tried in a compute process, as a run would: what a native library prints or crashes stays there. */
export async function runtimeChecks(): Promise<MachineCheck[]> {
  const name = 'ONNX Runtime';
  try {
    const { ComputeClient } = await import('../compute/client.ts');
    const compute = new ComputeClient();
    try {
      const { runtimeVersion, providers } = await compute.request({
        kind: 'inspect',
        providers: PROVIDERS.map((provider) => provider.name),
      });
      return [
        ok(name, runtimeVersion),
        ...providers.map(({ name: provider, failure }) => providerCheck(provider, failure)),
      ];
    } finally {
      compute.kill();
    }
  } catch (error) {
    return [
      fail(name, reasonOf(error), `${process.platform}-${process.arch}` === 'darwin-x64' ? NO_INTEL_MACS : REINSTALL),
    ];
  }
}

function providerCheck(provider: string, failure: ProviderFailure | null): MachineCheck {
  const { title = provider, caches } = PROVIDERS.find(({ name }) => name === provider) ?? {};
  if (failure === null)
    return ok(title, `works (device "${provider}")${caches ? `; keys and values of rollouts ${caches}` : ''}`);
  const { reason, remedy } = failure;
  if (provider === 'cpu') return fail(title, reason, REINSTALL);
  return remedy === null ? absent(title, reason) : warn(title, reason, remedy);
}
