"""The grader process of reward functions in Python.

Speaks JSON lines with the engine as `src/engine/protocol/grader.ts` has them: requests on standard input, replies on standard output.
What the functions print goes to standard error. Started by `startPythonGrader`; needs Python 3.9 and nothing else.

A process is no security boundary: a function has all the rights of its user and could forge any reply. What is promised is that an
accident stays an accident of its own score. What cannot be told at its score ends the process, and the engine asks again, one by one.
"""

import builtins
import copy
import faulthandler
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import json
import math
import numbers
import os
import queue
import shutil
import signal
import sys
import threading
import time
import types

# sysexits.h EX_SOFTWARE, as the grader of JavaScript ends.
EXIT_UNCLEAR = 70
# Well below the limit of a frame.
MAX_MESSAGE_CHARS = 4_000
MAX_QUOTED_CHARS = 60
# Loading that takes longer is ended by the engine.
LOAD_LIMIT_SECONDS = 30
# By how much the engine, which ends what hangs, comes before this process does so itself, at least and at most.
GRACE_SECONDS = 5
MORE_GRACE_SECONDS = 6
MEMORY_CHECK_SECONDS = 0.1
# Arguments that are the engine's; all else of an item is a column of the row.
OWN_ARGUMENTS = frozenset(["completion", "prompt", "completionTokens", "step", "index"])


class Mistake(Exception):
    """A mistake of the user's that happened in no line of theirs: the engine adds the place of the function."""


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


class Grader:
    def __init__(self, setup, send):
        self.send = send
        self.folder = setup["folder"]
        self.rewards = {reward["name"]: reward for reward in setup["rewards"]}
        self.conventions = {name: each["convention"] for name, each in setup["python"]["functions"].items()}
        self.sources = {source["path"]: source["text"] for source in setup["python"]["sources"]}
        self.memory_bytes = setup["python"]["memoryBytes"]
        self.functions = {}
        self.intact = {}
        # When the process will end by itself.
        self.armed = None

    def load(self):
        """Loads the modules of all rewards, and says that it is ready or which one cannot be loaded."""
        limit_memory(self.memory_bytes)
        sys.meta_path.insert(0, KeptSources(self.sources))
        # Where the engine's own script lies is nothing to a reward.
        sys.path.pop(0)
        for name, reward in self.rewards.items():
            self.end_later(LOAD_LIMIT_SECONDS)
            try:
                self.functions[name] = function_of(reward, self.sources)
            except MemoryError:
                end_out_of_memory()
            except BaseException as error:
                message = error_text(error, self.sources, self.folder)
                self.send({"kind": "loadError", "reward": name, "message": message})
                return
            finally:
                self.end_later_no_more()
        self.intact = dict(vars(builtins))
        self.send({"kind": "ready"})

    def score(self, job):
        reward = self.rewards[job["reward"]]
        function, items = self.functions[job["reward"]], job["items"]
        seconds = reward["timeoutMs"] / 1000
        if self.conventions[job["reward"]] == "trl":
            key = {"id": job["id"], "item": None}
            self.call(key, seconds * len(items), lambda: encode_group(call_trl(function, items, reward), len(items)))
            self.end_later_no_more()
            return
        for index, item in enumerate(items):
            key = {"id": job["id"], "item": index}
            self.call(key, seconds, lambda item=item: encode_verl(call_verl(function, item, reward)))
        self.end_later_no_more()

    def call(self, key, seconds, run):
        """One call of user code, which ends with one reply."""
        self.send({"kind": "started", **key})
        self.end_later(seconds)
        try:
            value = run()
            self.require_intact()
            reply = {"kind": "result", **key, "value": value}
        except MemoryError:
            end_out_of_memory()
        except BaseException as error:
            message = error_text(error, self.sources, self.folder)
            reply = {"kind": "threw", **key, "timeout": False, "message": message}
        self.send(reply)

    def end_later(self, seconds):
        """A thread in C ends what hangs while it holds the interpreter's lock, also where the engine is gone.

        It takes longer to start than most rewards take, so it is not started anew for each call.
        """
        now = time.monotonic()
        if self.armed is not None and self.armed - now >= seconds + GRACE_SECONDS:
            return
        faulthandler.dump_traceback_later(seconds + MORE_GRACE_SECONDS, exit=True)
        self.armed = now + seconds + MORE_GRACE_SECONDS

    def end_later_no_more(self):
        faulthandler.cancel_dump_traceback_later()
        self.armed = None

    def require_intact(self):
        """Whatever shares the interpreter sees what is done to the built-in functions."""
        now = vars(builtins)
        for name, value in self.intact.items():
            if now.get(name) is not value:
                setattr(builtins, name, value)
                raise Mistake(f"replaced builtins.{name}, which all code in the process shares; leave it as it is")


class KeptSources(importlib.abc.MetaPathFinder):
    """Finds the project's modules under their own paths, with the texts that the engine has read: unsaved ones, or of a run's start."""

    def __init__(self, sources):
        self.sources = sources

    def find_spec(self, fullname, path=None, target=None):
        name = fullname.rpartition(".")[2]
        for folder in sys.path if path is None else path:
            package = os.path.join(folder, name)
            init = os.path.join(package, "__init__.py")
            if init in self.sources:
                loader = KeptLoader(fullname, init, self.sources[init])
                return importlib.util.spec_from_file_location(
                    fullname, init, loader=loader, submodule_search_locations=[package]
                )
            file = package + ".py"
            if file in self.sources:
                return importlib.util.spec_from_file_location(
                    fullname, file, loader=KeptLoader(fullname, file, self.sources[file])
                )
        return None


class KeptLoader(importlib.machinery.SourceFileLoader):
    def __init__(self, fullname, path, text):
        super().__init__(fullname, path)
        # What compiles bytes would pass over the mark by itself.
        self.text = text.removeprefix("\ufeff")

    def get_code(self, fullname):
        return compile(self.text, self.path, "exec", dont_inherit=True)

    def get_source(self, fullname):
        return self.text


def function_of(reward, sources):
    """The function of a reward; its module is loaded once, and finds what lies beside it."""
    path = reward["module"]
    module = next((each for each in list(sys.modules.values()) if getattr(each, "__file__", None) == path), None)
    if module is None:
        folder, file = os.path.split(path)
        if folder not in sys.path:
            sys.path.insert(0, folder)
        stem = os.path.splitext(file)[0].replace(".", "_")
        name = f"reward_{stem}" if stem in sys.modules else stem
        spec = importlib.util.spec_from_file_location(name, path, loader=KeptLoader(name, path, sources[path]))
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    function = getattr(module, reward["function"], None)
    if not callable(function):
        raise Mistake(f'"{reward["function"]}" is not a function but {describe(function)}')
    return function


def call_trl(function, items, reward):
    """All completions of a group as lists, and each column of their row as a list."""
    step = items[0].get("step") or 0
    columns = {name: [item.get(name) for item in items] for name in items[0] if name not in OWN_ARGUMENTS}
    return call(
        function,
        {
            **columns,
            **copy.deepcopy(reward["options"]),
            "prompts": [item["prompt"] for item in items],
            "completions": [item["completion"] for item in items],
            "trainer_state": types.SimpleNamespace(global_step=step),
        },
    )


def call_verl(function, item, reward):
    return call(
        function,
        {
            **copy.deepcopy(reward["options"]),
            "data_source": item.get("data_source"),
            "solution_str": item["completion"],
            "ground_truth": ground_truth(item),
            "extra_info": item.get("extra_info"),
        },
    )


def ground_truth(item):
    if "ground_truth" in item:
        return item["ground_truth"]
    model = item.get("reward_model")
    if isinstance(model, dict) and "ground_truth" in model:
        return model["ground_truth"]
    if "answer" in item:
        return item["answer"]
    raise Mistake('the row has no "ground_truth": name a column so, or "reward_model" with it inside, or "answer"')


def call(function, given):
    """Calls it with as much of what there is as it takes."""
    parameters = inspect.signature(function).parameters.values()
    takes_all = any(each.kind is each.VAR_KEYWORD for each in parameters)
    named = [each for each in parameters if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)]
    missing = [each.name for each in named if each.default is each.empty and each.name not in given]
    if missing:
        raise Mistake(f"asks for {', '.join(missing)}, and is given {', '.join(sorted(given))}")
    arguments = given if takes_all else {each.name: given[each.name] for each in named if each.name in given}
    value = function(**arguments)
    if not inspect.iscoroutine(value):
        return value
    # Loads longer than all the rest.
    import asyncio

    return asyncio.run(value)


def encode_group(value, size):
    if not isinstance(value, (list, tuple)) and callable(getattr(value, "tolist", None)):
        value = value.tolist()
    if not isinstance(value, (list, tuple)):
        return {"wrongType": describe(value)}
    # Before it is copied: the list may be huge.
    return [encode_score(each) for each in value] if len(value) == size else {"wrongLength": len(value)}


def encode_verl(value):
    if isinstance(value, dict):
        if "score" not in value:
            return {"wrongType": 'a dict without "score"'}
        value = value["score"]
    # Here None has no meaning, and is what a function without a return gives.
    return {"wrongType": describe(value)} if value is None else encode_score(value)


def encode_score(value):
    """A number, None where the reward does not apply, or what is wrong with the value: JSON has no NaN."""
    if value is None:
        return None
    if not isinstance(value, numbers.Real) and callable(getattr(value, "item", None)):
        # A tensor or an array of one number.
        value = value.item()
    if not isinstance(value, numbers.Real):
        return {"wrongType": describe(value)}
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    return number if math.isfinite(number) else {"notFinite": str(number)}


def describe(value):
    if value is None:
        return "None (a missing return?)"
    if isinstance(value, str):
        cut = value[:MAX_QUOTED_CHARS] + "..." if len(value) > MAX_QUOTED_CHARS else value
        return f"a string, {json.dumps(cut)}"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}"
    return f"a value of type {type(value).__name__}"


def error_text(error, sources, folder):
    """ "reward.py:3:9: ValueError: ...": the place is the innermost one in the user's own files, left out where there is none."""
    try:
        place = place_of(error, sources)
        if place is not None:
            place = f"{os.path.relpath(place[0], folder)}:{place[1]}:{place[2]}: "
        return f"{place or ''}{words_of(error)}"[:MAX_MESSAGE_CHARS]
    except BaseException:
        return "raised something that cannot be printed"


def words_of(error):
    if isinstance(error, Mistake):
        return str(error)
    if isinstance(error, SystemExit):
        return f"SystemExit: sys.exit({error.code!r}) was called; return a score, or raise an error, instead"
    words = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {words}"


def place_of(error, sources):
    if isinstance(error, SyntaxError) and error.filename in sources:
        return error.filename, error.lineno or 1, error.offset or 1
    found = None
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename in sources:
            found = code.co_filename, trace.tb_lineno, column_of(code, trace.tb_lasti)
        trace = trace.tb_next
    return found


def column_of(code, instruction):
    """From 1; 1 also where this Python does not tell."""
    if not hasattr(code, "co_positions"):
        return 1
    _, _, column, _ = list(code.co_positions())[instruction // 2]
    return (column or 0) + 1


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


if __name__ == "__main__":
    main()
