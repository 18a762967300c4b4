"""The notice that publishes an offer for a small grant for comments, out of the text without personal data only."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from flask import current_app

from app.i18n import _
from app.models import SmallGrant
from app.models.procedure import Place
from app.queries.facts.announcement import PLACE_NAMES
from app.queries.public_offer import PublicOffer, PublicSection, PublicTable
from app.services.documents import source
from app.services.documents.frame import acted, call_number, contact, frame, offer_number
from reports import publication_notice as report
from reports.blocks import OfferReference
from workflows import citations
from workflows.calendar import local_day

LONGEST_FACT = 300  # a longer text gets a part of its own, so that it can run over pages


def gather(small_grant: SmallGrant, _subject_id: int | None, at: datetime) -> report.PublicationNotice:
    """What hangs in the three places. Nothing is taken from the offer's version, its draft or its people.

    Raises LookupError when the offer was not published at `at`.
    """
    step = source.happened(small_grant, "publish", until=at, exactly=True)
    if step is None or small_grant.public_text is None or small_grant.received_at is None:
        raise LookupError("the offer was not published at that moment")
    public, intake = PublicOffer(small_grant.public_text), small_grant.intake
    unit = intake.unit
    until = datetime.fromisoformat(step.detail["comments_until"])
    first, last = public.task_days
    return report.PublicationNotice(
        frame=frame(
            small_grant, at, (citations.SMALL_GRANT_PUBLICATION, citations.SMALL_GRANT_COMMENTS)
        ),
        offer=OfferReference(
            call_number=call_number(intake), call_title=intake.title, offer_number=offer_number(small_grant),
            offerors=public.offerors, task_title=public.title, kind="intake",
        ),
        received_at=small_grant.received_at,
        requested_grosze=public.totals.grant_grosze,
        sections=tuple(part for section in public.sections() for part in _parts(section)),
        postings=tuple(_postings(step.detail["places"], local_day(until))),
        comments_until=until,
        comment_page=_comment_page(small_grant),
        post_address=(unit.name, *unit.address.splitlines()),
        comment_email=unit.email,
        task_from=first,
        task_to=last,
        data_protection=str(
            _(
                "The controller of your data is %(authority)s. They serve only to consider your comment and to answer "
                "it (art. 19a ust. 4 UDPPiW, art. 6(1)(c) GDPR); an address for the answer is never published."
            )
        )
        % {"authority": unit.authority},
        contact=contact(intake),
        signatory=acted(small_grant, at, "publish"),
    )  # fmt: skip


def _comment_page(small_grant: SmallGrant) -> str:
    base: str = current_app.config["HEJNAL"].base_url
    return f"{base.rstrip('/')}/{small_grant.workflow.plural}/{small_grant.public_id}/comments"


def _postings(places: Mapping[str, Any], last_day: date) -> Iterator[report.Posting]:
    for place in Place:
        row = places[place.value]
        yield report.Posting(_(PLACE_NAMES[place]), row["reference"], date.fromisoformat(row["on"]), last_day)


def _parts(section: PublicSection) -> Iterator[report.PublishedSection]:
    """The section of the form with its short answers, then each long text and each table under its own heading."""
    short = [(label, "\n".join(lines)) for label, lines in section.facts]
    title = f"{section.number}. {section.title}"
    yield report.PublishedSection(title, tuple(fact for fact in short if len(fact[1]) <= LONGEST_FACT))
    for label, text in short:
        if len(text) > LONGEST_FACT:
            yield report.PublishedSection(label, text=text)
    for table in section.tables:
        yield report.PublishedSection(table.label, table=_table(table))


def _table(table: PublicTable) -> report.PublishedTable:
    return report.PublishedTable(
        heads=tuple(column["label"] for column in table.columns),
        rows=table.rows,
        right=tuple(place for place, column in enumerate(table.columns) if column["num"]),
    )
