"""The platforms: each reads its updates into events and shows messages at its best; it decides and words nothing."""
