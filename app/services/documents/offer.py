"""The offer itself, in the version that the step stored."""

from datetime import datetime
from typing import Literal

from app.i18n import _
from app.models import Offer
from app.queries.offer_text import terms_of
from app.services.documents import source
from app.services.documents.frame import call_number, frame, offer_number
from app.services.documents.money import cost_table, sources
from app.services.documents.plan import plan_years, planned_results
from reports import offer_print as report
from reports.blocks import Contact
from workflows import citations
from workflows.form import Choice, Field, Kind, Reading, Row
from workflows.form_reading import read
from workflows.offer_form import DECLARATION_ITEMS, OFFER_FORM, PAID, REGISTERS
from workflows.offer_totals import OfferTotals, totals


def gather(offer: Offer, _subject_id: int | None, at: datetime) -> report.OfferPrint:
    """Section by section as the official form; the figures are those of the stored content."""
    version = source.version_of_offer(offer, at)
    reading = read(OFFER_FORM, version.content)
    sums = totals(reading)
    offerors = tuple(_offeror(row) for row in reading.table("offerors"))
    years = terms_of(offer.call, len(offerors) > 1).years
    return report.OfferPrint(
        frame=frame(
            offer, at, (citations.OFFER, OFFER_FORM.basis), version=version.number, checksum=version.checksum
        ),
        authority=reading.text("authority"),
        task_kind=reading.text("task_kind"),
        call_number=call_number(offer.call),
        call_title=offer.call.title,
        offer_number=offer_number(offer),
        offer_version=version.number,
        offerors=offerors,
        contacts=(
            Contact(
                reading.text("contact_name"), reading.text("contact_phone"), reading.text("contact_email")
            ),
        ),
        title=reading.text("title"),
        date_from=reading.day("date_from"),
        date_to=reading.day("date_to"),
        summary=reading.text("summary"),
        plan=plan_years(reading),
        results_text=reading.text("results_text"),
        results=planned_results(reading),
        experience=reading.text("experience"),
        resources=reading.text("resources"),
        costs=cost_table(reading, sums, years),
        sources=sources(sums),
        split=_split(reading, sums, len(years)),
        paid=_paid(reading),
        paid_text=reading.text("fee_terms"),
        joint_text=reading.text("joint_description"),
        other_text=reading.text("other"),
        declarations=_declarations(reading),
        signatories=source.signers("offer", offer.id, version.checksum, at),
        submitted_at=version.made_at,
    )


def _offeror(row: Row) -> report.Offeror:
    return report.Offeror(
        name=row.text("name"),
        legal_form=row.text("legal_form"),
        register=_chosen(REGISTERS, row.text("register")),
        register_number=row.text("register_number"),
        seat_address=row.text("seat_address"),
        email=row.text("email"),
        phone=row.text("phone"),
        website=row.text("website"),
        mail_address=row.text("mail_address"),
    )


def _chosen(choices: tuple[Choice, ...], code: str) -> str:
    return next((_(choice.label) for choice in choices if choice.code == code), "")


def _split(reading: Reading, sums: OfferTotals, years: int) -> tuple[report.SplitRow, ...]:
    names = {row.key: row.text("name") for row in reading.table("offerors")}
    if len(names) < 2:
        return ()
    return tuple(
        report.SplitRow(names.get(line.offeror, ""), line.value_grosze, line.by_year_grosze[:years])
        for line in sums.split
    )


def _paid(reading: Reading) -> Literal["free", "paid"] | None:
    chosen = reading.text("paid_or_free")
    if not chosen:
        return None
    return "paid" if chosen == PAID else "free"


def _declarations(reading: Reading) -> tuple[str, ...]:
    """Part VII: what was ticked, and what was chosen where the form leaves a choice."""
    declared = (_declared(item, reading) for item in DECLARATION_ITEMS if item.number.startswith("VII"))
    return tuple(sentence for sentence in declared if sentence)


def _declared(item: Field, reading: Reading) -> str:
    if item.kind is Kind.TICK:
        return _(item.label) if reading.ticked(item.name) else ""
    answer = _chosen(item.choices, reading.text(item.name))
    return f"{_(item.label)}: {answer}" if answer else ""
