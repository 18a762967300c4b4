"""Looking into a file that somebody sent, without opening it as its own program would: one module per family of files."""
