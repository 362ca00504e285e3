/** The Python program that runs code with its tests, within limits that it sets itself before it does. */

/**
 * Reads `{code, tests, token, seconds, memory}` from its standard input and writes its verdict to `verdict.json` in its folder. The token
 * shows that it was this program that wrote it, at its end, and not code that ended the process before the tests were done.
 *
 * The limits on memory, processor time and file size are the system's, where it has them. The audit hook refuses what tests of a
 * function have no business with; it cannot be taken back, and is made against accidents.
 */
export const PYTHON_DRIVER = String.raw`
import json, os, sys, traceback

def limit(task):
    try:
        import resource, signal
    except ImportError:
        return
    seconds = int(task["seconds"]) + 1
    for name, value in (("RLIMIT_AS", task["memory"]), ("RLIMIT_CPU", seconds), ("RLIMIT_FSIZE", 1 << 24), ("RLIMIT_CORE", 0)):
        try:
            # A little above the one that can be told from others is the one that kills.
            resource.setrlimit(getattr(resource, name), (value, value + 1 if name == "RLIMIT_CPU" else value))
        except (AttributeError, ValueError, OSError):
            pass
    signal.alarm(seconds + 1)

def confine(folder):
    refused = ("subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.startfile", "pty.", "ctypes.",
               "os.kill", "signal.pthread_kill", "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostby",
               "socket.sendto", "socket.sendmsg", "os.symlink", "os.link", "webbrowser.")
    changing = {"os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod", "os.chown", "os.truncate", "os.utime"}
    inside = os.path.realpath(folder) + os.sep
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    realpath, join, fsdecode = os.path.realpath, os.path.join, os.fsdecode

    def within(path):
        return isinstance(path, int) or realpath(join(folder, fsdecode(path))).startswith(inside) or fsdecode(path) == os.devnull

    def hook(event, arguments):
        if event.startswith(refused):
            raise PermissionError(event + " is not allowed in tests")
        if event == "open":
            path, mode, flags = arguments
            writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool((flags or 0) & writing)
            if writes and not within(path):
                raise PermissionError("writing outside of the temporary folder is not allowed in tests")
        elif event in changing and not all(within(path) for path in arguments if isinstance(path, (str, bytes))):
            raise PermissionError(event + " outside of the temporary folder is not allowed in tests")

    sys.addaudithook(hook)

def place(error):
    found = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename in ("the code", "the tests"):
            found = "line %d of %s: " % (frame.lineno or 0, frame.filename)
    if not found and isinstance(error, SyntaxError) and error.filename in ("the code", "the tests"):
        found = "line %d of %s: " % (error.lineno or 0, error.filename)
    return found

def main():
    task = json.load(sys.stdin)
    token, folder = task["token"], os.getcwd()
    sys.stdin = open(os.devnull)
    code, tests = task["code"], task["tests"]
    limit(task)
    confine(folder)
    outcome, message = "passed", ""
    names = {"__name__": "__rlvr__"}
    try:
        exec(compile(code, "the code", "exec"), names)
        exec(compile(tests, "the tests", "exec"), names)
    except MemoryError:
        outcome, message = "memory", "MemoryError"
    except BaseException as error:
        outcome = "failed"
        try:
            message = place(error) + (type(error).__name__ + ": " + str(error))[:300].rstrip(": ")
        except BaseException:
            message = "an error that cannot be printed"
    with open(os.path.join(folder, "verdict.json"), "w") as file:
        json.dump({"token": token, "outcome": outcome, "message": message}, file)
    sys.stdout.flush()
    os._exit(0)

main()
`;
