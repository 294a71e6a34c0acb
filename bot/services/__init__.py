"""Use cases by noun: each takes an open transaction and the instant of the event, and returns a fact."""
