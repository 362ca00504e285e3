"""A step of PEFT's LoRA on one group in torch: forward, GRPO's clipped loss, backward, clipping, AdamW; `bfloat16` is autocast."""

import contextlib

import torch
from measure import Stopwatch
from model import load_model, lora_config, read_prompts
from peft import get_peft_model

# Rows at once: the activations of a whole group of 790 tokens each do not fit everywhere, and more rows are not faster here.
MICRO_BATCH = 4


def open_work(assets, options):
    model = get_peft_model(load_model(assets, options, dtype=torch.float32), lora_config()).train()
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=1e-5, weight_decay=0.0)
    prompts = read_prompts(assets)
    rows, new_tokens = options["rows"], options["newTokens"]
    completions = torch.tensor(prompts["completions"])[:rows, :new_tokens]
    ids = torch.cat([torch.tensor(prompts["eightShot"]).expand(rows, -1), completions], 1)
    advantages = torch.arange(rows) - rows / 2 + 0.5
    half = options["dtype"] == "bfloat16"
    while True:
        watch = Stopwatch()
        for start in range(0, rows, MICRO_BATCH):
            part = slice(start, start + MICRO_BATCH)
            with torch.autocast("cpu", torch.bfloat16) if half else contextlib.nullcontext():
                logits = model(ids[part], logits_to_keep=new_tokens + 1).logits[:, :-1].float()
            logprobs = torch.log_softmax(logits, -1).gather(-1, completions[part].unsqueeze(-1)).squeeze(-1)
            ratio = torch.exp(logprobs - logprobs.detach())
            gain = advantages[part].unsqueeze(-1)
            loss = -torch.minimum(ratio * gain, ratio.clamp(0.8, 1.2) * gain).sum() / completions.numel()
            loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        yield {
            "work": "train",
            **watch.read(),
            "amount": completions.numel(),
            "trained_tokens": ids.numel(),
        }
