"""Rewards with TRL's signature: a call has lists, and gives one number for each completion, or None where a reward does not apply."""

import re


def correct(completions, answer, **kwargs):
    """1 when a completion ends in "#### " and the number of the solution."""
    return [1.0 if number_of(completion) == number_of(truth) else 0.0 for completion, truth in zip(completions, answer)]


def brief(completions, limit=16, **kwargs):
    """1 up to `limit` characters, falling to 0 at twice as many. The experiment sets `limit` in "options"."""
    return [max(0.0, min(1.0, 2 - len(completion) / limit)) for completion in completions]


def number_of(text):
    found = re.search(r"#### *(-?\d+)\s*$", text)
    # No completion is right because both have none.
    return int(found[1]) if found else text
