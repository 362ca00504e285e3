"""What went wrong, in words, with its place in the user's files."""

import os

# Well below the limit of a frame.
MAX_MESSAGE_CHARS = 4_000


class Mistake(Exception):
    """A mistake of the user's that happened in no line of theirs: the engine adds the place of the function."""


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
