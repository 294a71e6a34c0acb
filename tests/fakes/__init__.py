"""Servers that stand in for the real ones: strict, over real HTTP, with a memory."""
