/** How a benchmark's door ends. */
import { UsageError, UserError } from '../src/engine/protocol/errors.ts';

/** Runs `main` and sets the exit code: 1 where it resolves with false or the user has to mend something, 2 with the usage for wrong arguments. */
export async function runDoor(usage: string, main: () => Promise<boolean>): Promise<void> {
  try {
    process.exitCode = (await main()) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error instanceof UsageError ? `${error.message}\n\n${usage}` : error.message);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
