"""What browser tests share."""

import pytest

from tests.cluster import LiveServer
from tests.journeys.demo_site import DemoSite, demo_on


@pytest.fixture(scope="session")
def demo_site(live_server: LiveServer) -> DemoSite:
    """The live server with the demo in it."""
    return demo_on(live_server)
