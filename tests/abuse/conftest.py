"""What the cases of abuse borrow from other tests."""

from tests.reports.conftest import polish

__all__ = ["polish"]
