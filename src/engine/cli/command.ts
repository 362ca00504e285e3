/**
 * What a command of the terminal door is. One command per file, `cli/<name>.ts`, listed in `commands.ts`. The list is loaded for
 * every call, `--help` too, and on a Node that cannot run the engine: what is heavy or needs a native module (trainer, run folder,
 * ONNX Runtime) is therefore imported inside `run` with `await import(...)`.
 */

/** Exit codes, a contract that scripts rely on. */
export const EXIT = { done: 0, failed: 1, usage: 2, stopped: 130 } as const;

/** Where a command writes: `process.stdout`, `process.stderr`, or what a test gives. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal; changes when a person resizes it. */
  readonly columns?: number | undefined;
}

export interface CommandIO {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Aborts on Ctrl-C or SIGTERM, or when nobody reads stdout any more: be done within a second and return `EXIT.stopped`. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Paths among the arguments are relative to this. */
  readonly cwd: string;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands, without a full stop. */
  readonly summary: string;
  /** `rlvr <name> <arguments>` and what they are, as `--help` shows it behind "Usage: "; without a newline at either end. */
  readonly usage: string;
  /**
   * Runs the command with the arguments behind its name (see `parseArguments`) and resolves with the exit code.
   * @throws UsageError where the arguments are wrong: the door prints the message and the usage and exits with 2
   * @throws UserError for what the user can mend: the door prints the message and exits with 1
   */
  run(args: readonly string[], io: CommandIO): Promise<number>;
}
