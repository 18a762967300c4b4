"""Letters of a department: their templates with named fields, runs that write to many offers, and what is made of a run."""
