"""A simulated term: ten learners, sixteen weeks, played day by day through the commands and written down in docs/term."""
