/**
 * The door of the grader process, which runs reward functions. What it is protected against and what not:
 *
 * | accident of a reward function | what happens |
 * |---|---|
 * | throws, rejects, returns what is no score | an error at its completion |
 * | hangs (endless loop, slow regular expression, promise that never settles) | the process is replaced after the time limit; an error at its completion |
 * | exits, crashes, takes too much memory | the same, once it has done so alone |
 * | prints without end | only the tail is kept, the engine's own output is never touched |
 * | changes Object.prototype and the like | an error at its completion; no other score sees it |
 * | reads the environment | it finds no tokens: only PATH, HOME, locale and temporary folders are passed on |
 * | reads or writes files, opens connections, starts processes | not prevented; processes it started are ended with it (not on Windows) |
 * | means harm | not prevented: a process is no sandbox, run only code that you trust |
 */
import { isMainThread } from 'node:worker_threads';
import { openLineChannel } from './process/lineChannel.ts';
import { runWatchdog, startWatchdog } from './process/watchdog.ts';
import { MEMORY_LIMIT_BYTES } from './reward/graderLimits.ts';

if (isMainThread) {
  const channel = openLineChannel();
  await startWatchdog(import.meta.url, { rssBytes: MEMORY_LIMIT_BYTES });
  const { runGrader } = await import('./reward/graderLoop.ts');
  runGrader(channel);
} else {
  runWatchdog();
}
