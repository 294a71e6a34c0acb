"""The sandbox's chat program as a platform: two chats in a browser, kept in the sandbox's own database."""
