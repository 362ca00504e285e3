"""The grader process of reward functions in Python: the engine runs the folder that this file is in.

Speaks JSON lines with the engine as `src/engine/protocol/grader.ts` has them: requests on standard input, replies on standard output.
What the functions print goes to standard error. Started by `startPythonGrader`; needs Python 3.9 and nothing else.

A process is no security boundary: a function has all the rights of its user and could forge any reply. What is promised is that an
accident stays an accident of its own score. What cannot be told at its score ends the process, and the engine asks again, one by one.
"""

import sys

# The folder may be one that nobody writes to, such as that of an extension.
writes_nothing, sys.dont_write_bytecode = sys.dont_write_bytecode, True
from rlvr_grader.grader import Grader
from rlvr_grader.streams import take_over_streams

sys.dont_write_bytecode = writes_nothing

# There is no permission model in Python.
ALL_RIGHTS = {
    "enforced": False,
    "readsEverything": True,
    "writesEverything": True,
    "childProcesses": True,
    "workers": True,
    "addons": True,
    "wasi": True,
    "inspector": True,
    "network": True,
}


def main():
    requests, send = take_over_streams()
    send({"kind": "permissions", "granted": ALL_RIGHTS})
    grader = None
    while True:
        request = requests.get()
        if request["kind"] == "setup":
            grader = Grader(request, send)
            grader.load()
        else:
            grader.score(request)


if __name__ == "__main__":
    main()
