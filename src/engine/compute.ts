/**
 * Door of the compute child: owns ONNX Runtime and nothing that must survive. A second thread watches for the engine's end, because
 * the first one may be in a run that cannot be interrupted.
 */
import { isMainThread } from 'node:worker_threads';
import { runWatchdog, startWatchdog } from './process/watchdog.ts';

if (isMainThread) {
  const [{ serve }] = await Promise.all([import('./compute/serve.ts'), startWatchdog(import.meta.url, { rssBytes: null })]);
  serve();
} else {
  runWatchdog();
}
