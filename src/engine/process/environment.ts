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

/** Where an environment of Python and its libraries lie. */
const OF_PYTHON = ['VIRTUAL_ENV', 'CONDA_PREFIX', 'PYTHONPATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'];

/** The same for a child in Python, with what makes one computation the same as the next. */
export function pythonEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.fromEntries(
    OF_PYTHON.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
  return {
    ...scrubEnvironment(environment),
    ...own,
    PYTHONUTF8: '1',
    // The order of a set of strings.
    PYTHONHASHSEED: '0',
    PYTHONDONTWRITEBYTECODE: '1',
    // Training has the cores.
    OMP_NUM_THREADS: '1',
    OPENBLAS_NUM_THREADS: '1',
    MKL_NUM_THREADS: '1',
  };
}

/** The same for the driver of a Ray cluster, which may have settings of Ray's own, such as how it shows a cluster who it is. */
export function rayEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(environment).filter(([name]) => name.startsWith('RAY_'));
  return { ...pythonEnvironment(environment), ...Object.fromEntries(own) };
}

/** In a terminal, the key of the service that judges completions. */
export const JUDGE_KEY_VARIABLE = 'RLVR_JUDGE_KEY';

/** In a terminal, the key of a server whose model is evaluated. */
export const POLICY_KEY_VARIABLE = 'RLVR_POLICY_KEY';

const KEYS = new Set([JUDGE_KEY_VARIABLE, POLICY_KEY_VARIABLE]);

/** The environment of a child that runs our code, which needs no key either. */
export function withoutKeys(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !KEYS.has(name.toUpperCase())));
}

/** The value of a variable that holds a key, which is taken out, so that nothing that is started later inherits it; null where it is empty. */
export function takeKey(variable: string): string | null {
  const key = process.env[variable] ?? '';
  Reflect.deleteProperty(process.env, variable);
  return key === '' ? null : key;
}
