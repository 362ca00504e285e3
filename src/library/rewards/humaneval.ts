/**
 * Unit tests: generated Python code passes the tests of its problem, in HumanEval's format.
 *
 * They are in the dataset's columns `test` and `entry_point`.
 */
import { runTests, type Reward } from 'rlvr';

/** Seconds for one completion, as the benchmark has it. The reward's own "timeout" in the experiment must be longer: completions wait for a free core. */
const TIMEOUT = 3;

/**
 * 1 when the completion passes the tests of its problem, 0 when it does not. It runs in a process of its own with limits, see
 * SECURITY.md; what keeps the tests from being run at all, such as a missing Python, is an error and no 0.
 */
export const passes: Reward<{ test: string; entry_point: string }> = async ({
  completion,
  prompt,
  test,
  entry_point,
}) => {
  const code = program(prompt, completion, entry_point);
  const { passed } = await runTests({
    language: 'python',
    code,
    tests: `${test}\ncheck(${entry_point})\n`,
    timeout: TIMEOUT,
  });
  return passed ? 1 : 0;
};

/**
 * A chat model writes the whole function, in a code block most often. A base model continues the prompt, which must be the column as it
 * is then ("prompt": "{prompt}").
 */
function program(prompt: string, completion: string, entryPoint: string): string {
  const blocks = [...completion.matchAll(/```(?:python|py)?\n(.*?)(?:\n```|$)/gs)].map(([, block = '']) => block);
  const written = blocks.at(-1) ?? completion;
  return new RegExp(`^(?:async )?def ${entryPoint}\\b`, 'm').test(written) ? written : prompt + written;
}
