"""Celery tasks: a fixed name, one id, one unit of work, one service call."""
