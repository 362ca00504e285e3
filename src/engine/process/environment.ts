/** What of the engine's environment a child that runs user code may see. */

/**
 * An allow list, so that a token in any variable stays out (the names a deny list knows are never all). `NODE_OPTIONS` is out
 * too: what it preloads would run before the grader's own protections. The Windows names are those without which no
 * process starts there.
 */
const ALLOWED = new Set(
  [
    ['PATH', 'HOME', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR', 'TMP', 'TEMP'],
    ['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERPROFILE'],
  ].flat(),
);

/** The allowed variables of `environment`; names are compared without case, as on Windows. */
export function scrubEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => ALLOWED.has(name.toUpperCase())));
}
