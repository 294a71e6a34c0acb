"""Discord, through discord.py's gateway and HTTP client: the only place that knows it."""
