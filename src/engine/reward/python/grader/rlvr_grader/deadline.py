"""The end of a process that hangs, also where the engine, which ends it otherwise, is gone."""

import faulthandler
import time

# By how much the engine, which ends what hangs, comes before this process does so itself, at least and at most.
GRACE_SECONDS = 5
MORE_GRACE_SECONDS = 6


class Deadline:
    def __init__(self):
        # When the process will end by itself.
        self.armed = None

    def set(self, seconds):
        """A thread in C ends what hangs while it holds the interpreter's lock, after so many seconds and some more.

        It takes longer to start than most rewards take, so it is not started anew for each call.
        """
        now = time.monotonic()
        if self.armed is not None and self.armed - now >= seconds + GRACE_SECONDS:
            return
        faulthandler.dump_traceback_later(seconds + MORE_GRACE_SECONDS, exit=True)
        self.armed = now + seconds + MORE_GRACE_SECONDS

    def lift(self):
        faulthandler.cancel_dump_traceback_later()
        self.armed = None
