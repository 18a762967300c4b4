"""What the database knows at the moment of a scrape: promises, e-mails, and offers that arrived."""

from collections.abc import Iterator

import sqlalchemy as sa
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from app.extensions import db
from app.models import Message, Promise, Receipt
from app.services import outbox


class DatabaseFigures(Collector):
    """The figures that are the same whichever process answers."""

    def collect(self) -> Iterator[Metric]:
        promises = GaugeMetricFamily(
            "hejnal_promises", "Promises by what they are and how far.", labels=("kind", "state")
        )
        for kind, state, count in db.session.execute(
            sa.select(Promise.kind, Promise.state, sa.func.count()).group_by(Promise.kind, Promise.state)
        ):
            promises.add_metric((kind.value, state.value), count)
        yield promises
        yield _figure(
            "hejnal_oldest_promise_seconds", "How long the longest waiting promise has waited.",
            outbox.oldest_waiting().total_seconds(),
        )  # fmt: skip
        messages = GaugeMetricFamily("hejnal_messages", "E-mails by how far they are.", labels=("state",))
        progress = sa.case(
            (Message.sent_at.is_not(None), "sent"), (Message.dead_at.is_not(None), "dead"), else_="waiting"
        )
        for name, count in db.session.execute(sa.select(progress, sa.func.count()).group_by(progress)):
            messages.add_metric((name,), count)
        yield messages
        received = db.session.scalar(sa.select(sa.func.count()).select_from(Receipt)) or 0
        yield _figure("hejnal_submissions", "Offers and reports that were received.", received)


def _figure(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)
