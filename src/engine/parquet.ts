/** Door of the process that reads a Parquet file, which may be made to take all time and memory there is. Both have a limit. */
import { isMainThread } from 'node:worker_threads';
import { runWatchdog, startWatchdog } from './process/watchdog.ts';

/** A file, the pages of one row group and its rows: `decodeParquet` bounds the first two at 2.5 GiB together. */
const MEMORY_LIMIT_BYTES = 4 * 1024 ** 3;

if (isMainThread) {
  const { serveParquet } = await import('./data/formats/serveParquet.ts');
  // Before the watchdog: only who listens to the engine keeps this process alive.
  serveParquet();
  await startWatchdog(import.meta.url, { rssBytes: MEMORY_LIMIT_BYTES, folder: null });
} else {
  runWatchdog();
}
