"""The offer itself, in the version that the step stored, on the form of its call or intake."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Literal

from app.i18n import _
from app.models import Application
from app.services.documents import source
from app.services.documents.frame import article_of, call_number, frame, offer_number
from app.services.documents.money import cost_table, funded_costs, sources
from app.services.documents.plan import plan_years, planned_results
from reports import offer_print as full_report
from reports import simplified_offer_print as simplified_report
from reports.blocks import Contact
from reports.content import Content
from reports.costs import GrantShare
from workflows.form import Choice, Field, Kind, Reading, Row
from workflows.offer_form import DECLARATION_ITEMS, OFFER_FORM, PAID, REGISTERS
from workflows.offer_totals import OfferTotals, ShareLine
from workflows.simplified_offer_form import DECLARATIONS, SIMPLIFIED_OFFER_FORM

Print = full_report.OfferPrint | simplified_report.SimplifiedOfferPrint


def gather(offer: Application, _subject_id: int | None, at: datetime) -> Print:
    """Section by section as the official form; the figures are those of the stored content."""
    version, kit = source.version_of_offer(offer, at), offer.call.form
    reading = kit.read(version.content)
    law = (article_of(offer, "submit"), kit.form.basis)
    common = {
        "frame": frame(offer, at, law, version=version.number, checksum=version.checksum),
        "authority": reading.text("authority"),
        "task_kind": reading.text("task_kind"),
        "offer_number": offer_number(offer),
        "offer_version": version.number,
        "offerors": tuple(_offeror(row) for row in reading.table("offerors")),
        "contacts": (
            Contact(
                reading.text("contact_name"), reading.text("contact_phone"), reading.text("contact_email")
            ),
        ),
        "title": reading.text("title"),
        "date_from": reading.day("date_from"),
        "date_to": reading.day("date_to"),
        "summary": reading.text("summary"),
        "results": planned_results(reading),
        "signatories": source.signers(offer.case_kind, offer.id, version.checksum, at),
        "submitted_at": version.made_at,
    }
    return PRINTS[kit.form.code](offer, reading, kit.totals(reading), common)


def content(data: Print, translate: Callable[[str], str]) -> Content:
    """The offer on the form on which it was gathered."""
    if isinstance(data, full_report.OfferPrint):
        return full_report.content(data, translate)
    return simplified_report.content(data, translate)


def _full(offer: Application, reading: Reading, sums: OfferTotals, common: dict[str, Any]) -> Print:
    years = offer.call.years
    return full_report.OfferPrint(
        call_number=call_number(offer.call),
        call_title=offer.call.title,
        plan=plan_years(reading),
        results_text=reading.text("results_text"),
        experience=reading.text("experience"),
        resources=reading.text("resources"),
        costs=cost_table(reading, sums, years),
        sources=sources(sums),
        split=tuple(
            full_report.SplitRow(name, line.value_grosze, line.by_year_grosze[: len(years)])
            for name, line in _split(reading, sums)
        ),
        paid=_paid(reading),
        paid_text=reading.text("fee_terms"),
        joint_text=reading.text("joint_description"),
        other_text=reading.text("other"),
        declarations=_declarations(reading, [i for i in DECLARATION_ITEMS if i.number.startswith("VII")]),
        **common,
    )


def _simplified(offer: Application, reading: Reading, sums: OfferTotals, common: dict[str, Any]) -> Print:
    return simplified_report.SimplifiedOfferPrint(
        mode=reading.text("mode"),
        intake_number=call_number(offer.call),
        intake_title=offer.call.title,
        profile=reading.text("experience"),
        costs=funded_costs(sums),
        shares=tuple(GrantShare(name, line.value_grosze) for name, line in _split(reading, sums)),
        declarations=_declarations(reading, DECLARATIONS),
        **common,
    )


PRINTS: dict[str, Callable[[Application, Reading, OfferTotals, dict[str, Any]], Print]] = {
    OFFER_FORM.code: _full,
    SIMPLIFIED_OFFER_FORM.code: _simplified,
}


def _offeror(row: Row) -> full_report.Offeror:
    return full_report.Offeror(
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


def _split(reading: Reading, sums: OfferTotals) -> list[tuple[str, ShareLine]]:
    """The shares of a joint offer by the name of the offeror."""
    names = {row.key: row.text("name") for row in reading.table("offerors")}
    return [(names.get(line.offeror, ""), line) for line in sums.split] if len(names) > 1 else []


def _paid(reading: Reading) -> Literal["free", "paid"] | None:
    chosen = reading.text("paid_or_free")
    if not chosen:
        return None
    return "paid" if chosen == PAID else "free"


def _declarations(reading: Reading, items: Iterable[Field]) -> tuple[str, ...]:
    """What was ticked, and what was chosen where the form leaves a choice."""
    return tuple(sentence for item in items if (sentence := _declared(item, reading)))


def _declared(item: Field, reading: Reading) -> str:
    if item.kind is Kind.TICK:
        return _(item.label) if reading.ticked(item.name) else ""
    answer = _chosen(item.choices, reading.text(item.name))
    return f"{_(item.label)}: {answer}" if answer else ""
