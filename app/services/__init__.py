"""Writing: one function per intent. A service flushes, never commits, and never knows the request."""
