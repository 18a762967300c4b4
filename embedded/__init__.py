"""`make run`: PostgreSQL and Valkey out of their wheels, then Hejnał's web server, worker and beat.

`servers` knows the two programs, `processes` keeps children alive and stops them, `__main__` tells the story.
Nothing here imports `app`: the supervisor stays small, and a fault of the application cannot take it along.
"""
