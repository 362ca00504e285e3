/** A host that a test kills: starts an engine for the job given as JSON, tells its parent that it works, and waits for its end. */
import { jobSchema } from '../../src/engine/protocol/link.ts';
import { Engines } from '../../src/extension/engine/engines.ts';
import { whenEngine } from './windowEngines.ts';

const [sessionsDir = '', json = ''] = process.argv.slice(2);
const job = jobSchema.parse(JSON.parse(json));
if (job.kind === 'serve') throw new Error('a host starts runs');
const engines = new Engines({
  sessionsDir,
  lease: { whenAlone: 'keepFor', minutes: 1 },
  node: () => null,
  mayRun: () => true,
  isOurs: () => true,
  lastStep: () => Promise.resolve(null),
});
const handle = await engines.start(job);
await whenEngine(handle, ({ lastStep }) => lastStep !== null);
// Not sooner: an engine that starts is alone.
engines.setLease({ whenAlone: 'keepFor', minutes: 0.001 });
// The engine obeys in order: when it has done this, it has heard of the lease.
handle.pause();
await whenEngine(handle, ({ state }) => state.state === 'paused');
handle.continue();
process.send?.(handle.id);
