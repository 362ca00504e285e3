"""Decoding with transformers' key-value cache: one token a step for each of several prompts, sampled at temperature 1."""

import torch
from measure import Stopwatch
from model import load_model, read_prompts
from transformers import DynamicCache


@torch.inference_mode()
def open_work(assets, options):
    model = load_model(assets, options)
    prompts = torch.tensor(read_prompts(assets)["context"][: options["rows"]])
    cache = DynamicCache(config=model.config)
    first = sample(model(prompts, past_key_values=cache, use_cache=True, logits_to_keep=1).logits)
    while True:
        tokens = first
        watch = Stopwatch()
        for _ in range(options["newTokens"] - 1):
            tokens = sample(model(tokens, past_key_values=cache, use_cache=True).logits)
        yield {"work": "decode", **watch.read(), "amount": tokens.shape[0] * (options["newTokens"] - 1)}
        cache.crop(1 - options["newTokens"])


def sample(logits):
    return torch.multinomial(torch.softmax(logits[:, -1].float(), -1), 1)
