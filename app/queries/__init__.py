"""Reading: lists, pages and facts. A query never writes."""
