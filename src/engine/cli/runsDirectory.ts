/** Where runs are unless `--runs` says otherwise, relative to the current directory. */
export const DEFAULT_RUNS_DIR = '.rlvr/runs';
