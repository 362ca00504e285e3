"""The pipes between the engine and this process."""

import json
import os
import queue
import shutil
import signal
import sys
import threading


def take_over_streams():
    """The queue of requests and the function that sends a reply. What is printed from now on goes to standard error."""
    reader = os.fdopen(os.dup(0), "rb")
    replies = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="backslashreplace")
    # Taken now, so that code which replaces them does not change what a frame is.
    write, encode, end = os.write, json.JSONEncoder(allow_nan=False).encode, os._exit
    requests = queue.Queue()

    def send(reply):
        rest = encode(reply).encode("ascii") + b"\n"
        try:
            while rest:
                rest = rest[write(replies, rest) :]
        except OSError:
            # The engine is gone, or code in this process closed the pipe: either way it is of no more use.
            end(1)

    threading.Thread(target=read_requests, args=(reader, requests), daemon=True).start()
    return requests, send


def read_requests(reader, requests):
    """A thread of its own, which notices that the engine is gone while a function runs."""
    try:
        for line in reader:
            requests.put(json.loads(line))
    except OSError:
        # It was killed before it had read all that was said to it.
        pass
    folder = os.environ.get("RLVR_WORK_FOLDER")
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(0)
