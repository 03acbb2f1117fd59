"""Messages to send, and the worker that sends them."""
