"""What is asked of a piece of work: its name, its time by the clock and of the processors, and how much was done."""

import resource
import time


class Stopwatch:
    """Time since it was made, of this process."""

    def __init__(self):
        self.wall = time.perf_counter()
        self.cpu = cpu_seconds()

    def read(self):
        return {"wall_s": time.perf_counter() - self.wall, "cpu_s": cpu_seconds() - self.cpu}


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
