/**
 * Node's permission model, under which a child runs user code: the arguments that turn it on.
 *
 * It guards what goes through Node's own modules. Files that are open already, links inside a readable folder and signals to other
 * processes are not, and it is no defence against code that attacks the runtime itself.
 */

export interface ChildPermissions {
  /** Absolute paths of files and folders, which must be there when the child is started. */
  readonly readable: readonly string[];
  readonly writable: readonly string[];
}

/**
 * The arguments for a child that is started with this very Node; none where it lacks the model. Connections stay open: only Node 25 and
 * later can close them, and a reward must not behave otherwise from one Node to the next.
 */
export function permissionArguments({ readable, writable }: ChildPermissions): string[] {
  const known = process.allowedNodeEnvironmentFlags;
  if (!known.has('--permission')) return [];
  return [
    '--permission',
    // Of the watchdog. A thread has the rights of its process and no more.
    '--allow-worker',
    ...(known.has('--allow-net') ? ['--allow-net'] : []),
    // A signal would open a debugger's port.
    ...(known.has('--disable-sigusr1') ? ['--disable-sigusr1'] : []),
    // `--allow-worker` announces itself on stderr.
    '--disable-warning=SecurityWarning',
    // One argument for each path, so that a path may have a comma in it.
    ...readable.map((path) => `--allow-fs-read=${path}`),
    ...writable.map((path) => `--allow-fs-write=${path}`),
  ];
}
