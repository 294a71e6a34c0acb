"""Every word a person reads, made from facts."""
