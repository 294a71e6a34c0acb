"""The sandbox: Plan E on a chat program of its own, with a clock that can be pushed and two learners who are played."""
