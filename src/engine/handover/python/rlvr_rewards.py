"""Reward functions of an experiment of RLVR-Ops, as TRL and verl call them.

`rewards.json` beside this file names them. Those in Python are called in this process, from the copies in `rewards/`. All others, in
TypeScript or built in, are scored by one process of `rlvr score --stdin`, so that the very same code gives the score. The environment
variable RLVR names the command (default: rlvr), such as RLVR="node /path/to/rlvr/dist/cli.js".

A function that fails has no score, and says why on standard error: an error is never a zero.
"""

import atexit
import copy
import importlib.util
import inspect
import json
import math
import os
import shlex
import subprocess
import sys
import threading
import types
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
REWARDS = json.loads((FOLDER / "rewards.json").read_text(encoding="utf-8"))

# Columns of our Parquet files: the whole row as JSON, whatever types its columns have, and the prompt as the functions are given it.
ROW_COLUMN = "rlvr_row"
PROMPT_COLUMN = "rlvr_prompt"

_lock = threading.RLock()
_process = None
_modules = {}
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


def values_of(reward, groups):
    """One value for each completion of all groups, in their order; None where there is none."""
    if reward["kind"] == "rlvr":
        return [_value(one["rewards"][reward["name"]], reward) for group in _scored(groups) for one in group]
    values = []
    for group in groups:
        texts = [completion["text"] for completion in group["completions"]]
        if reward["kind"] == "trl":
            values += _guarded(reward, len(texts), lambda: _call_trl(reward, group, texts))
        else:
            for text in texts:
                values += _guarded(reward, 1, lambda: [_call_verl(reward, group, text)])
    return values


def _trl_reward(reward):
    def function(prompts, completions, completion_ids=None, trainer_state=None, **columns):
        rows, prompts = columns[ROW_COLUMN], columns[PROMPT_COLUMN]
        step = getattr(trainer_state, "global_step", 0) + 1
        groups = []
        for i, completion in enumerate(completions):
            # The completions of one prompt stand side by side.
            if i == 0 or rows[i] != rows[i - 1] or prompts[i] != prompts[i - 1]:
                groups.append({"row": json.loads(rows[i]), "prompt": prompts[i], "step": step, "completions": []})
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
    values = _call(_function(reward), given)
    if len(values) != count:
        raise ValueError(f"returned {len(values)} scores for {count} completions")
    return [_number(value) for value in values]


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
    value = _call(_function(reward), given)
    value = value["score"] if isinstance(value, dict) else value
    if value is None:
        raise ValueError("returned None (a missing return?)")
    return _number(value)


def _call(function, given):
    parameters = inspect.signature(function).parameters.values()
    if any(each.kind is each.VAR_KEYWORD for each in parameters):
        return function(**given)
    return function(**{each.name: given[each.name] for each in parameters if each.name in given})


def _number(value):
    if value is None:
        return None
    number = float(value.item() if hasattr(value, "item") else value)
    if not math.isfinite(number):
        raise ValueError(f"returned {number}")
    return number


def _function(reward):
    file = FOLDER / reward["file"]
    if file not in _modules:
        # Its neighbours are imported by their names.
        sys.path.insert(0, str(file.parent))
        spec = importlib.util.spec_from_file_location(file.stem, file)
        module = importlib.util.module_from_spec(spec)
        sys.modules[file.stem] = module
        spec.loader.exec_module(module)
        _modules[file] = module
    return getattr(_modules[file], reward["function"])


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
    question = json.dumps({"groups": groups})
    with _lock:
        if _last[0] != question:
            _last = (question, _asked(question))
        return _last[1]


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
