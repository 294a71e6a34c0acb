"""Pictures: facts in, PNG for chat or SVG for pages out. Only what the worker process runs imports matplotlib."""
