"""Reward functions of an experiment of RLVR-Ops, as TRL and verl call them.

`rewards.json` beside this file names them. Those in Python are called in this process, from the copies in `rewards/`. All others, in
TypeScript or built in, are scored by one process of `rlvr score --stdin`, so that the very same code gives the score. The environment
variable RLVR names the command (default: rlvr), such as RLVR="node /path/to/rlvr/dist/cli.js".

A function that fails has no score, and says why on standard error: an error is never a zero.
"""

import atexit
import contextlib
import copy
import importlib.util
import inspect
import json
import math
import numbers
import os
import shlex
import subprocess
import sys
import threading
import types
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
REWARDS = json.loads((FOLDER / "rewards.json").read_text(encoding="utf-8"))

# Columns of our Parquet files: the whole row as JSON, whatever types its columns have, the prompt as the functions are given it, and
# where there are several tasks the name of the problem's and which of its copies it is.
ROW_COLUMN = "rlvr_row"
PROMPT_COLUMN = "rlvr_prompt"
TASK_COLUMN = "rlvr_task"
COPY_COLUMN = "rlvr_copy"

_lock = threading.RLock()
_process = None
_modules = {}
# The folder whose modules are in sight, and by folder those of the others.
_entered = None
_aside = {}
_last = (None, None)


def trl_rewards():
    """The functions in the order of their weights, for `GRPOTrainer(reward_funcs=...)`."""
    return [_trl_reward(reward) for reward in REWARDS]


def trl_weights():
    return [reward["weight"] for reward in REWARDS]


def compute_score(data_source, solution_str, ground_truth, extra_info=None, **kwargs):
    """verl's reward function: the weighted sum as "score", and each function's own value under its name.

    verl needs a number. Where a function failed, or none applies, "score" is 0.0 and "rlvr_scored" is 0.0.
    """
    info = extra_info or {}
    group = {
        "row": json.loads(info[ROW_COLUMN]),
        "prompt": info[PROMPT_COLUMN],
        "task": info.get(TASK_COLUMN),
        "completions": [{"text": solution_str, "tokens": 0}],
    }
    values = {reward["name"]: values_of(reward, [group])[0] for reward in REWARDS}
    total = combine(values)
    scores = {f"rlvr_{name}": math.nan if value is None else value for name, value in values.items()}
    return {"score": 0.0 if total is None else total, "rlvr_scored": 0.0 if total is None else 1.0, **scores}


def combine(values):
    """The weighted sum; None where nothing that has a weight applies."""
    applied = [(reward["weight"], values[reward["name"]]) for reward in REWARDS if reward["weight"] != 0]
    terms = [weight * value for weight, value in applied if value is not None]
    return sum(terms) if terms else None


def applies(reward, task):
    """Whether a reward is for the problems of a task; without several tasks all are."""
    return task is None or "tasks" not in reward or task in reward["tasks"]


def values_of(reward, groups):
    """One value for each completion of all groups, in their order; None where there is none, and where the reward does not apply."""
    if reward["kind"] == "rlvr":
        return [_value(one["rewards"][reward["name"]], reward) for group in _scored(groups) for one in group]
    values = []
    for group in groups:
        texts = [completion["text"] for completion in group["completions"]]
        if not applies(reward, group.get("task")):
            values += [None] * len(texts)
        elif reward["kind"] == "trl":
            returned = _guarded(reward, len(texts), lambda: _call_trl(reward, group, texts))
            for value in returned:
                # A value that is no score costs its neighbours nothing.
                values += _guarded(reward, 1, lambda: [_number(value)])
        else:
            for text in texts:
                values += _guarded(reward, 1, lambda: [_call_verl(reward, group, text)])
    return values


def _trl_reward(reward):
    def function(prompts, completions, completion_ids=None, trainer_state=None, **columns):
        rows, prompts = columns[ROW_COLUMN], columns[PROMPT_COLUMN]
        tasks = columns.get(TASK_COLUMN) or [None] * len(rows)
        copies = columns.get(COPY_COLUMN) or [0] * len(rows)
        drawn = list(zip(rows, prompts, tasks, copies))
        step = getattr(trainer_state, "global_step", 0) + 1
        groups = []
        for i, completion in enumerate(completions):
            # The completions of one prompt stand side by side.
            if i == 0 or drawn[i] != drawn[i - 1]:
                group = {"row": json.loads(rows[i]), "prompt": prompts[i], "task": tasks[i], "step": step, "completions": []}
                groups.append(group)
            tokens = len(completion_ids[i]) if completion_ids is not None else 0
            groups[-1]["completions"].append({"text": completion, "tokens": tokens})
        return values_of(reward, groups)

    function.__name__ = reward["name"]
    return function


def _call_trl(reward, group, texts):
    count = len(texts)
    columns = {name: [value] * count for name, value in group["row"].items() if name not in _OWN_ARGUMENTS}
    given = {
        **columns,
        **copy.deepcopy(reward["options"]),
        "prompts": [group["prompt"]] * count,
        "completions": texts,
        "trainer_state": types.SimpleNamespace(global_step=group.get("step", 0)),
    }
    values = _call(reward, given)
    if not isinstance(values, (list, tuple)) and hasattr(values, "tolist"):
        values = values.tolist()
    if not isinstance(values, (list, tuple)):
        raise TypeError(f"returned a value of type {type(values).__name__}, not a list of scores")
    if len(values) != count:
        raise ValueError(f"returned {len(values)} scores for {count} completions")
    return values


_OWN_ARGUMENTS = {"prompts", "completions", "trainer_state", "prompt", "completion", "completion_ids"}


def _call_verl(reward, group, text):
    row = group["row"]
    model = row.get("reward_model")
    nested = model.get("ground_truth") if isinstance(model, dict) else None
    given = {
        **copy.deepcopy(reward["options"]),
        "data_source": row.get("data_source"),
        "solution_str": text,
        "ground_truth": row["ground_truth"] if "ground_truth" in row else row.get("answer") if nested is None else nested,
        "extra_info": row.get("extra_info"),
    }
    value = _call(reward, given)
    value = value["score"] if isinstance(value, dict) else value
    if value is None:
        raise ValueError("returned None (a missing return?)")
    return _number(value)


def _call(reward, given):
    with _inside(FOLDER / reward["file"]):
        function = _function(reward)
        parameters = inspect.signature(function).parameters.values()
        takes_all = any(each.kind is each.VAR_KEYWORD for each in parameters)
        value = function(**(given if takes_all else {each.name: given[each.name] for each in parameters if each.name in given}))
        return _awaited(value) if inspect.iscoroutine(value) else value


def _awaited(coroutine):
    """In a thread of its own: in this one the loop of a notebook or of verl may run."""
    # They load longer than all the rest.
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def _number(value):
    if value is None:
        return None
    if not isinstance(value, numbers.Real) and hasattr(value, "item"):
        # A tensor or an array of one number.
        value = value.item()
    if not isinstance(value, numbers.Real):
        raise TypeError(f"returned a value of type {type(value).__name__}, not a number")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"returned {number}")
    return number


def _function(reward):
    file = FOLDER / reward["file"]
    if file not in _modules:
        # A module of the same name that others have imported stays theirs.
        name = f"reward_{file.stem}" if file.stem in sys.modules else file.stem
        spec = importlib.util.spec_from_file_location(name, file)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
        _modules[file] = module
    return getattr(_modules[file], reward["function"])


@contextlib.contextmanager
def _inside(file):
    """While code of a file runs, its neighbours are imported by their names, and not those of another file that have the same names."""
    alone = all(reward["kind"] == "rlvr" or FOLDER / reward["file"] == file for reward in REWARDS)
    if alone and file in _modules:
        # Nothing is ever swapped, so that calls of several threads need not wait for each other.
        yield
        return
    with _lock:
        _enter(file.parent)
        yield


def _enter(folder):
    global _entered
    if _entered == folder:
        return
    if _entered is not None:
        sys.path[:] = [each for each in sys.path if each != str(_entered)]
        left = {name: module for name, module in list(sys.modules.items()) if _lies_in(module, _entered)}
        _aside[_entered] = left
        for name in left:
            del sys.modules[name]
    sys.path.insert(0, str(folder))
    sys.modules.update(_aside.pop(folder, {}))
    _entered = folder


def _lies_in(module, folder):
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and folder in Path(file).parents


def _guarded(reward, count, score):
    try:
        return score()
    except Exception as error:
        _say(reward["name"], f"{type(error).__name__}: {error}")
        return [None] * count


def _value(result, reward):
    if "error" in result:
        _say(reward["name"], result["error"]["message"])
        return None
    return result["value"]


def _say(name, message):
    print(f"{name}: {message}", file=sys.stderr)


def _scored(groups):
    """What `rlvr score --stdin` answers. All functions score at once, so that the next one that asks the same has its answer."""
    global _last
    question = json.dumps({"groups": [_asked_group(group) for group in groups]})
    with _lock:
        if _last[0] != question:
            _last = (question, _asked(question))
        return _last[1]


def _asked_group(group):
    """A group as `rlvr score --stdin` reads it: with the rewards that do not apply to its task."""
    asked = {name: value for name, value in group.items() if name != "task"}
    skip = [reward["name"] for reward in REWARDS if reward["kind"] == "rlvr" and not applies(reward, group.get("task"))]
    return {**asked, "skip": skip} if skip else asked


def _asked(question):
    process = _started()
    process.stdin.write(question + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if line == "":
        raise RuntimeError("rlvr score ended; its message is above")
    answer = json.loads(line)
    if "error" in answer:
        raise RuntimeError(f"rlvr score: {answer['error']}")
    return answer["groups"]


def _started():
    """The process that scores; one for each process of the trainer, also after a fork."""
    global _process
    if _process is None or _process[0] != os.getpid():
        command = [*shlex.split(os.environ.get("RLVR", "rlvr")), "score", "--stdin", str(FOLDER / "scoring.rlvr.json")]
        try:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        except FileNotFoundError as error:
            raise RuntimeError(f"{command[0]} was not found: install rlvr, or name its command in the environment variable RLVR") from error
        atexit.register(_end, process)
        _process = (os.getpid(), process)
    return _process[1]


def _end(process):
    process.stdin.close()
    process.wait()
