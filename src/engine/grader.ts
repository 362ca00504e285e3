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
 * | reads files outside its project, writes outside its temporary folder, starts programs, loads native modules, WASI, a debugger | refused at its line by Node's permission model, where the runtime has it: the grader says at its start what it may do, and the run keeps that |
 * | leaves files behind | its temporary folder, in which it works, is removed with it |
 * | opens connections, signals other processes of the user's | not prevented |
 * | means harm | not prevented: a process is no sandbox, run only code that you trust |
 */
import { isMainThread } from 'node:worker_threads';
import { openLineChannel } from './process/lineChannel.ts';
import { runWatchdog, startWatchdog } from './process/watchdog.ts';
import { removeWorkFolder, WORK_FOLDER } from './process/workFolder.ts';
import { MEMORY_LIMIT_BYTES } from './reward/graderLimits.ts';

if (isMainThread) {
  const channel = openLineChannel();
  // The engine removes it, unless it is gone itself.
  const folder = process.env[WORK_FOLDER] ?? null;
  if (folder !== null) process.once('exit', () => removeWorkFolder(folder));
  await startWatchdog(import.meta.url, { rssBytes: MEMORY_LIMIT_BYTES, folder });
  const { runGrader } = await import('./reward/graderLoop.ts');
  runGrader(channel);
} else {
  runWatchdog();
}
