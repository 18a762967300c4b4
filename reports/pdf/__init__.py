"""From contents to a tagged PDF: the same contents give the same bytes."""

from reports.pdf.printing import print_many, to_pdf

__all__ = ["print_many", "to_pdf"]
