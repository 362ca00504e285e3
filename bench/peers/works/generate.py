"""transformers' `generate`: one group after a prompt with eight worked examples, or groups of several problems without any."""

import torch
from measure import Stopwatch
from model import load_model, pad_left, read_prompts

# Of the first turn, which only warms up: as many as it takes to run every kernel.
WARM_UP_TOKENS = 4


@torch.inference_mode()
def open_work(assets, options):
    model = load_model(assets, options)
    end = model.config.eos_token_id
    prompts = read_prompts(assets)
    rows, group_size = options["rows"], options["groupSize"]
    problems = prompts["zeroShot"] if options["zeroShot"] else [prompts["eightShot"]]
    at = 0
    new_tokens = WARM_UP_TOKENS
    while True:
        chosen = [problems[(at + row // group_size) % len(problems)] for row in range(rows)]
        at += rows // group_size
        ids, mask = pad_left(chosen, end)
        watch = Stopwatch()
        sequences = model.generate(
            ids,
            attention_mask=mask,
            do_sample=True,
            temperature=1.0,
            top_k=0,
            top_p=1.0,
            max_new_tokens=new_tokens,
            pad_token_id=end,
        )
        time = watch.read()
        yield {"work": "generate", **time, "amount": generated(sequences[:, ids.shape[1] :], end)}
        new_tokens = options["newTokens"]


def generated(completions, end):
    """Tokens up to and with the first end of sequence of each row."""
    ended = (completions == end).cumsum(-1) - (completions == end).int()
    return int((ended == 0).sum())
