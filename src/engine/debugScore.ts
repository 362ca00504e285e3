/**
 * The door for "Debug This Score": a reward function on one completion, once, with a debugger at it.
 *
 *     debugScore bundle <folder>           bundles the reward file of the call in the folder, prints the module's path
 *     debugScore call <folder> <module>    calls the function, prints what it came to
 *
 * Unlike the grader it limits nothing: no time limit, no permissions taken away, no scrubbed environment. It says so.
 */
import { UserError } from './protocol/errors.ts';
import { bundleForDebugging, callForDebugging, noticeOf } from './reward/debugScore.ts';

const [order, folder = '', module = ''] = process.argv.slice(2);
try {
  if (order === 'bundle') process.stdout.write(await bundleForDebugging(folder));
  else {
    // Places in messages are those of the reward file.
    process.setSourceMapsEnabled(true);
    console.log(
      'This call is unrestricted and untimed, so that you can stop in it: unlike in training, the code may read, write and start anything.',
    );
    const notice = noticeOf(folder);
    if (notice !== null) console.log(notice);
    console.log(await callForDebugging(folder, module));
  }
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stdout.write(error.message);
  process.exitCode = 1;
}
