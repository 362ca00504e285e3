"""Loads the rewards, and scores one job after the other: each call of user code ends with one reply."""

import builtins
import sys

from .calling import call_trl, call_verl
from .deadline import Deadline
from .encoding import encode_group, encode_verl
from .errors import Mistake, error_text
from .kept_sources import KeptSources, function_of
from .memory import end_out_of_memory, limit_memory

# Loading that takes longer is ended by the engine.
LOAD_LIMIT_SECONDS = 30


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
        self.deadline = Deadline()

    def load(self):
        """Loads the modules of all rewards, and says that it is ready or which one cannot be loaded."""
        limit_memory(self.memory_bytes)
        sys.meta_path.insert(0, KeptSources(self.sources))
        # Where the engine's own script lies is nothing to a reward.
        sys.path.pop(0)
        for name, reward in self.rewards.items():
            self.deadline.set(LOAD_LIMIT_SECONDS)
            try:
                self.functions[name] = function_of(reward, self.sources)
            except MemoryError:
                end_out_of_memory()
            except BaseException as error:
                message = error_text(error, self.sources, self.folder)
                self.send({"kind": "loadError", "reward": name, "message": message})
                return
            finally:
                self.deadline.lift()
        self.intact = dict(vars(builtins))
        self.send({"kind": "ready"})

    def score(self, job):
        reward = self.rewards[job["reward"]]
        function, items = self.functions[job["reward"]], job["items"]
        seconds = reward["timeoutMs"] / 1000
        if self.conventions[job["reward"]] == "trl":
            key = {"id": job["id"], "item": None}
            self.call(key, seconds * len(items), lambda: encode_group(call_trl(function, items, reward), len(items)))
            self.deadline.lift()
            return
        for index, item in enumerate(items):
            key = {"id": job["id"], "item": index}
            self.call(key, seconds, lambda item=item: encode_verl(call_verl(function, item, reward)))
        self.deadline.lift()

    def call(self, key, seconds, run):
        """One call of user code, which ends with one reply."""
        self.send({"kind": "started", **key})
        self.deadline.set(seconds)
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

    def require_intact(self):
        """Whatever shares the interpreter sees what is done to the built-in functions."""
        now = vars(builtins)
        for name, value in self.intact.items():
            if now.get(name) is not value:
                setattr(builtins, name, value)
                raise Mistake(f"replaced builtins.{name}, which all code in the process shares; leave it as it is")
