/**
 * Runs the tests with Node's own runner: `npm test`, or `npm test -- src/engine/grpo/advantage.test.ts` for some files or folders.
 * `--one-at-a-time` is for those that would get in each other's way.
 *
 * The last line is the tally, `N passed, N failed` (and `, N skipped` where any were), which scripts read. The exit code is 1
 * when a test failed or none ran.
 */
import { globSync, statSync } from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';

/** Test files at once. Several start processes of their own, and the smallest machine we support has two cores. */
const CONCURRENCY = 2;
/** A test that takes longer is hung: the slowest one takes a few minutes on two cores, and a scenario may be played twice. */
const HANG_LIMIT_MS = 20 * 60_000;

const root = path.resolve(import.meta.dirname, '..');

function testFilesOf(argument: string): string[] {
  const target = path.resolve(argument);
  if (statSync(target, { throwIfNoEntry: false })?.isDirectory()) {
    return globSync('**/*.test.ts', { cwd: target }).map((file) => path.join(target, file));
  }
  const files = globSync(argument).map((file) => path.resolve(file));
  if (files.length === 0) console.error(`No test file matches ${argument}.`);
  return files;
}

const { values, positionals: named } = parseArgs({
  allowPositionals: true,
  options: { 'one-at-a-time': { type: 'boolean', default: false } },
});
const targets = named.length > 0 ? named : ['src', 'test', 'bench'].map((folder) => path.join(root, folder));
const found = targets.map(testFilesOf);
const files = [...new Set(found.flat())].sort();

const counts = { passed: 0, failed: 0, skipped: 0 };
if (files.length > 0) {
  const events = run({
    files,
    concurrency: values['one-at-a-time'] ? 1 : CONCURRENCY,
    timeout: HANG_LIMIT_MS,
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', new URL('endTestFile.ts', import.meta.url).href],
  });
  // The runner sends one summary per file and then one without a file, over all of them.
  events.on('test:summary', (summary) => {
    if (summary.file !== undefined) return;
    const { tests, passed, skipped, todo } = summary.counts;
    counts.passed = passed;
    counts.skipped = skipped + todo;
    // Cancelled ones are failures too.
    counts.failed = tests - passed - skipped - todo;
  });
  for await (const text of events.compose(new spec())) process.stdout.write(String(text));
}

// Exit code before the tally, so that nothing can come after it.
const nothingRan = counts.passed + counts.failed === 0 || found.some((group) => group.length === 0);
process.exitCode = counts.failed > 0 || nothingRan ? 1 : 0;
const skipped = counts.skipped > 0 ? `, ${String(counts.skipped)} skipped` : '';
console.log(`${String(counts.passed)} passed, ${String(counts.failed)} failed${skipped}`);
