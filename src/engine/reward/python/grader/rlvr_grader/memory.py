"""The limit on memory."""

import os
import sys
import threading
import time

# sysexits.h EX_SOFTWARE, as the grader of JavaScript ends.
EXIT_UNCLEAR = 70
MEMORY_CHECK_SECONDS = 0.1


def limit_memory(limit):
    """Memory that is asked for at once is refused (Linux); what is taken bit by bit ends the process (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    if sys.platform == "linux":
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))

    def watch():
        while resident_bytes(resource) < limit:
            time.sleep(MEMORY_CHECK_SECONDS)
        end_out_of_memory()

    threading.Thread(target=watch, daemon=True).start()


def resident_bytes(resource):
    if sys.platform == "linux":
        # Not getrusage, in which a new process begins with what the one that started it had.
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    # The most so far; kilobytes but on macOS.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def end_out_of_memory():
    """The words by which the engine knows why. What is left of a process that had no more memory is of no use."""
    os.write(2, b"heap out of memory\n")
    os._exit(EXIT_UNCLEAR)
