"""Plan E: a self-hosted accountability bot."""
