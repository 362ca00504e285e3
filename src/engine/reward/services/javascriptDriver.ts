/** The JavaScript program that runs code with its tests; see `pythonDriver.ts`, whose counterpart it is. */

/**
 * The code and the tests are one body of an asynchronous function, so that `await` may stand anywhere in it and what the code declares is
 * there for the tests; `require` finds Node's own modules. Node's permission model keeps it from files and programs, its thread ends it
 * when it takes too much memory or its engine is gone.
 */
export const JAVASCRIPT_DRIVER = String.raw`
const { readFileSync, writeFileSync } = require('node:fs');
const { Worker } = require('node:worker_threads');
const { token, code, tests, memory } = JSON.parse(readFileSync(0, 'utf8'));
const watch = 'const { workerData: [parent, memory] } = require("node:worker_threads");' +
  'setInterval(() => { if (process.ppid !== parent || process.memoryUsage.rss() > memory) process.kill(process.pid, "SIGKILL"); }, 50);';
new Worker(watch, { eval: true, workerData: [process.ppid, memory] }).unref();
const { stringify } = JSON;
const exit = process.exit.bind(process);
const end = (outcome, message) => {
  writeFileSync('verdict.json', stringify({ token, outcome, message }));
  exit(0);
};
const lines = code.split('\n').length;
const fail = (error) => {
  let message = 'an error that cannot be printed';
  try {
    const text = error instanceof Error ? error.name + ': ' + error.message : String(error);
    // The function begins with two lines of its own.
    const at = error instanceof Error ? /<anonymous>:(\d+):\d+\)/.exec(error.stack || '') : null;
    const line = at ? Number(at[1]) - 2 : 0;
    const place = line < 1 ? '' : line <= lines ? 'line ' + line + ' of the code: ' : 'line ' + (line - lines) + ' of the tests: ';
    message = place + text.slice(0, 300);
  } catch {}
  end('failed', message);
};
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
const AsyncFunction = (async () => {}).constructor;
try {
  new AsyncFunction('require', code + '\n' + tests)(require).then(() => end('passed', ''), fail);
} catch (error) {
  fail(error);
}
`;
