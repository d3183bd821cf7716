"""Thin training: chat rows, one config and one function a run, prediction in stages; TRL, PEFT and bitsandbytes do the work."""

import os

# Threads of torch that wait by spinning slow small steps twentyfold as soon as anything else runs on the machine (6.5 s against 0.34 s for
# 2,000 products of 480 × 64 × 128 on two busy cores). libgomp reads this when torch is first imported, so it stands before every such import.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
