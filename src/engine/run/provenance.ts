/** What identifies a run beside its experiment: the code as git knows it. */
import { runProgram } from '../process/program.ts';

export interface GitState {
  /** Full hash of HEAD; null outside a repository, without git, and before the first commit. */
  readonly commit: string | null;
  /** Whether anything differs from that commit, files git does not know included. */
  readonly dirty: boolean;
  /** The difference of tracked files to that commit, for `code.diff`; null where there is none, or it is beyond the limit. */
  readonly diff: string | null;
}

/** Milliseconds: a repository so large that git needs longer is not worth holding the run back for. */
const GIT_TIMEOUT_MS = 10_000;
/** Beyond this a difference is data, not code. */
const MAX_DIFF_BYTES = 16 * 2 ** 20;

/**
 * Settings of a repository that would have git start other programs, which is more than being asked for its state may do. The
 * file-system monitor is the one that status would start; external differs and text converters are turned off at `diff`. Clean
 * filters (git-lfs) stay: without them every file they touch would count as changed.
 */
const GIT_OPTIONS = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false', '--no-optional-locks'];

/** The state of the repository that `folder` lies in. Never fails: what cannot be found out is null. */
export async function gitState(folder: string): Promise<GitState> {
  const git = async (...args: string[]): Promise<Buffer | null> => {
    const options = {
      cwd: folder,
      timeout: GIT_TIMEOUT_MS,
      maxOutput: MAX_DIFF_BYTES,
      environment: { GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
    };
    const result = await runProgram('git', [...GIT_OPTIONS, ...args], options);
    return result?.exitCode === 0 ? result.stdout : null;
  };
  const head = await git('rev-parse', '--verify', 'HEAD');
  if (head === null) return { commit: null, dirty: false, diff: null };
  const status = await git('status', '--porcelain');
  const diff = await git('diff', '--no-color', '--no-ext-diff', '--no-textconv', '--binary', 'HEAD');
  return {
    commit: head.toString('utf8').trim(),
    dirty: status === null || status.length > 0,
    diff: diff === null || diff.length === 0 ? null : diff.toString('utf8'),
  };
}
