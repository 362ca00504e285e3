"""A reward with verl's signature: a call has one completion, and gives a number or a dict with "score"."""

from numbers_in_text import last_number


def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    """1 when the last number is that of the solution, and a tenth for any number."""
    number = last_number(solution_str)
    if number is None:
        return {"score": 0.0}
    return {"score": 1.0 if number == last_number(ground_truth) else 0.1}
