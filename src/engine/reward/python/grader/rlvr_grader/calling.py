"""Calls of reward functions as TRL and verl make them."""

import copy
import inspect
import types

from .errors import Mistake

# Arguments that are the engine's; all else of an item is a column of the row.
OWN_ARGUMENTS = frozenset(["completion", "prompt", "completionTokens", "step", "index"])


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
