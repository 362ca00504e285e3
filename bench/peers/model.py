"""The model and the prompts of the assets."""

import json
from pathlib import Path

import torch
from peft import LoraConfig
from transformers import AutoModelForCausalLM


def load_model(assets, options, dtype=None):
    """The model in evaluation mode. `dtype` in place of the options' where the weights stay in 32 bits."""
    torch.set_num_threads(options["threads"])
    torch.manual_seed(0)
    return AutoModelForCausalLM.from_pretrained(assets, dtype=dtype or getattr(torch, options["dtype"])).eval()


def read_prompts(assets):
    return json.loads((Path(assets) / "prompts.json").read_text())


def lora_config():
    """Every linear layer of the blocks, as the experiments of the benchmarks have it."""
    return LoraConfig(
        r=16, lora_alpha=32, target_modules=["c_attn", "c_proj", "c_fc"], fan_in_fan_out=True, task_type="CAUSAL_LM"
    )


def pad_left(prompts, token):
    """`[rows, longest]` token ids and their attention mask."""
    longest = max(map(len, prompts))
    ids = [[token] * (longest - len(prompt)) + prompt for prompt in prompts]
    mask = [[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in prompts]
    return torch.tensor(ids), torch.tensor(mask)
