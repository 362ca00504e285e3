/**
 * Loaded before each test file: ends its process when all its tests have ended, whatever a hung one left running. The runner's own way,
 * `forceExit`, ends it before all results have been written.
 */
import { after } from 'node:test';

/** For results on their way. */
const FLUSH_MS = 5000;

after(() => {
  setTimeout(() => process.exit(), FLUSH_MS).unref();
});
