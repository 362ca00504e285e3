"""The reward of the benchmarks: a score of its own for every text, so that each group has variance (see ../hashReward.ts)."""


def hashed(text):
    """FNV-1a of the text's characters, between 0 and 1."""
    value = 2166136261
    for character in text:
        value = ((value ^ ord(character)) * 16777619) & 0xFFFFFFFF
    return value / 2**32
