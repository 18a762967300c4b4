"""What may happen: states, steps, guards and terms, free of any framework and of any database."""
