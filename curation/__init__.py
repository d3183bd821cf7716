"""Examples → a release that people trust: splits, dedup, checks, card, release, diff, hub."""
