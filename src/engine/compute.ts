/**
 * Door of the compute child: owns ONNX Runtime and nothing that must survive. A second thread watches for the engine's end, because
 * the first one may be in a run that cannot be interrupted. The one argument, if any, is the resident memory in bytes above which it ends.
 */
import { isMainThread } from 'node:worker_threads';
import { standFirst } from './process/oomKiller.ts';
import { runWatchdog, startWatchdog } from './process/watchdog.ts';

if (isMainThread) {
  const [{ serve }, { openChannel }] = await Promise.all([
    import('./compute/serve.ts'),
    import('./compute/channel.ts'),
  ]);
  standFirst();
  // Before the watchdog: only who listens to the engine keeps this process alive.
  serve(openChannel());
  const [rssBytes] = process.argv.slice(2);
  await startWatchdog(import.meta.url, { rssBytes: rssBytes === undefined ? null : Number(rssBytes), folder: null });
} else {
  runWatchdog();
}
