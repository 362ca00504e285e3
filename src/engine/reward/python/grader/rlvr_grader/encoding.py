"""What functions return, as it travels: scores, or what is wrong with them."""

import json
import math
import numbers

MAX_QUOTED_CHARS = 60


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
