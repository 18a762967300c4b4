"""The text of an offer as it stands now: what may be written, what it says, what it adds up to, what is missing.

One look reads everything once; the page, the guards and the effects ask the same object, so they cannot disagree.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Attachment, Award, AwardRound, Call, Offer, OfferParty, OfferVersion
from app.models.award import Outcome
from app.models.offer import VersionKind
from workflows.calendar import passed
from workflows.call import CallState
from workflows.form import Form, Problem, Reading
from workflows.form_comparison import changed_fields, checksum
from workflows.form_reading import read, tidy
from workflows.offer import OfferState
from workflows.offer_form import OFFER_FORM
from workflows.offer_rules import problems, update_problems
from workflows.offer_terms import ALL_CONTRIBUTIONS, CallTerms
from workflows.offer_totals import OfferTotals, totals
from workflows.words import N_

ATTACHMENTS = "attachments"
MISSING_FILE = N_("Add the attachment: %(requirement)s.")
BEFORE_DEADLINE = frozenset({OfferState.DRAFT, OfferState.SUBMITTED})
SUBJECTS = {OfferState.CORRECTION_CALLED: "correction", OfferState.UPDATE_PENDING: "update"}


def terms_of(call: Call, joint: bool) -> CallTerms:
    """What the call asks of an offer. Years are those of the pool, or of the task where no pool is known yet."""
    pool = pool_by_year(call)
    years = sorted(pool) or _years_of_task(call)
    first, last = years[0], years[-1]
    return CallTerms(
        task_kinds=tuple(call.task_kinds),
        commissioning=call.commissioning.value if call.commissioning else "",
        task_from=call.task_from or date(first, 1, 1),
        task_to=call.task_to or date(last, 12, 31),
        years=tuple(years),
        pool_by_year_grosze=pool,
        max_grant_grosze=call.max_grant_grosze,
        min_grant_grosze=call.min_grant_grosze,
        min_own_share_bp=call.min_own_share_bp,
        own_contribution=frozenset(call.own_counts) or ALL_CONTRIBUTIONS,
        max_admin_share_bp=call.max_admin_share_bp,
        fees_allowed=call.fees_allowed,
        results_waived=call.results_waived,
        joint=joint,
        keep_own_share=call.own_share_kept,
    )


def pool_by_year(call: Call) -> dict[int, int]:
    """The pool of each budget year in grosze, by the newest entry of the year."""
    return {entry.year: entry.amount_grosze for entry in sorted(call.budget, key=lambda entry: entry.id)}


def _years_of_task(call: Call) -> list[int]:
    first = call.task_from.year if call.task_from else 2000
    last = call.task_to.year if call.task_to else first
    return list(range(first, max(first, last) + 1))


class OfferText:
    """The offer's working text. In a correction only the opened places are taken from the draft."""

    form: Form = OFFER_FORM

    def __init__(self, offer: Offer, state: OfferState | None = None) -> None:
        self.offer = offer
        # Effects run when the case has moved already, so they name the state in which the text was written.
        self.state = state or offer.state

    @cached_property
    def parties(self) -> tuple[OfferParty, ...]:
        """The offerors that still stand behind the offer, the lead first."""
        standing = [party for party in self.offer.parties if party.resigned_at is None]
        return tuple(sorted(standing, key=lambda party: not party.lead))

    @cached_property
    def terms(self) -> CallTerms:
        return terms_of(self.offer.call, joint=len(self.parties) > 1)

    @cached_property
    def version(self) -> OfferVersion | None:
        """What was submitted last."""
        return db.session.scalar(
            sa.select(OfferVersion)
            .where(OfferVersion.offer_id == self.offer.id)
            .order_by(OfferVersion.number.desc())
            .limit(1)
        )

    @cached_property
    def opened(self) -> frozenset[str]:
        """The fields, tables and "attachments" that may be written in this state, whatever the hour."""
        everything = frozenset({item.name for _, item in self.form.parts()} | {ATTACHMENTS})
        state = self.state
        if state is OfferState.CORRECTION_CALLED:
            return everything & frozenset(self.offer.correction_fields)
        return everything if state in BEFORE_DEADLINE or state is OfferState.UPDATE_PENDING else frozenset()

    def open_until(self) -> datetime | None:
        """The moment until which the text may be written, or None where no term runs yet."""
        terms = {
            OfferState.CORRECTION_CALLED: self.offer.correction_due,
            OfferState.UPDATE_PENDING: self.offer.update_due,
        }
        return terms.get(self.state, self.offer.call.deadline)

    def writable(self, now: datetime) -> bool:
        """Whether anything may be written at `now`. A late draft stays readable and can be copied."""
        term = self.open_until()
        in_time = term is None or not passed(term, now)
        if self.state in BEFORE_DEADLINE:
            return in_time and self.offer.call.state in {CallState.PUBLISHED, CallState.OPEN}
        return bool(self.opened) and in_time

    @cached_property
    def content(self) -> dict[str, Any]:
        """The text as it would be submitted now."""
        draft, version = self.offer.draft, self.version
        written: Mapping[str, Any] = draft.content if draft else {}
        if version is None or self.state in BEFORE_DEADLINE:
            return tidy(self.form, written)
        submitted = tidy(self.form, version.content)
        if draft is None or not self._written_in_this_round(draft.saved_at):
            return submitted
        fresh = tidy(self.form, written)
        return {name: fresh[name] if name in self.opened else value for name, value in submitted.items()}

    def _written_in_this_round(self, saved_at: datetime) -> bool:
        """Edits for a new version that was never submitted before the deadline do not count any more."""
        begun = self.offer.call.deadline
        if self.state is OfferState.CORRECTION_CALLED:
            begun = self.offer.correction_called_at or begun
        return begun is None or saved_at >= begun

    @cached_property
    def files(self) -> tuple[dict[str, Any], ...]:
        """The attachments that belong to the text, as they stand in a version."""
        version = self.version
        if version is not None and ATTACHMENTS not in self.opened:
            return tuple(version.attachments)
        return tuple(file_entry(row) for row in present_files(self.offer))

    @cached_property
    def checksum(self) -> str:
        return checksum(self.content, [file["sha256"] for file in self.files])

    @cached_property
    def reading(self) -> Reading:
        return read(self.form, self.content)

    @cached_property
    def totals(self) -> OfferTotals:
        return totals(self.reading)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that keeps the text from being submitted in the present state, in the order of the form."""
        state = self.state
        if state is OfferState.UPDATE_PENDING:
            found = update_problems(self.reading, self.update_terms, self.awarded_grosze, self.first_totals)
        else:
            found = problems(self.reading, self.terms)
        found = [*found, *self._missing_files()]
        if state is OfferState.CORRECTION_CALLED:
            # What the office did not open cannot be repaired now, so it cannot keep the correction back.
            found = [problem for problem in found if problem.anchor.split("-")[0] in self.opened]
        return tuple(found)

    @cached_property
    def update_terms(self) -> CallTerms:
        """After a partner left, one offeror may remain: the rules of a joint offer then hold no more."""
        return replace(self.terms, joint=len(self.parties) > 1)

    def _missing_files(self) -> list[Problem]:
        given = {file["requirement"] for file in self.files}
        return [
            Problem(ATTACHMENTS, f"{ATTACHMENTS}-{place}", MISSING_FILE, {"requirement": requirement})
            for place, requirement in enumerate(self.offer.call.required_attachments)
            if requirement not in given
        ]

    @cached_property
    def changed(self) -> set[str]:
        """The fields, tables and "attachments" that differ from what was submitted last."""
        version = self.version
        if version is None:
            return set()
        names = changed_fields(self.form, tidy(self.form, version.content), self.content)
        if sorted(f["sha256"] for f in version.attachments) != sorted(f["sha256"] for f in self.files):
            names.add(ATTACHMENTS)
        return names

    @cached_property
    def award(self) -> Award | None:
        """The grant that the last decided round gives to the offer."""
        return db.session.scalar(
            sa.select(Award)
            .join(AwardRound)
            .where(
                Award.offer_id == self.offer.id,
                AwardRound.decided_at.is_not(None),
                Award.outcome.in_((Outcome.FULL, Outcome.REDUCED)),
            )
            .order_by(AwardRound.number.desc())
            .limit(1)
        )

    @cached_property
    def awarded_grosze(self) -> int:
        return self.award.amount_grosze if self.award else 0

    @cached_property
    def first_version(self) -> OfferVersion | None:
        """The last version before any update: what the commission assessed."""
        return db.session.scalar(
            sa.select(OfferVersion)
            .where(OfferVersion.offer_id == self.offer.id, OfferVersion.kind != VersionKind.UPDATED)
            .order_by(OfferVersion.number.desc())
            .limit(1)
        )

    @cached_property
    def first_totals(self) -> OfferTotals:
        """The figures of the offer as it was assessed."""
        version = self.first_version
        return totals(read(self.form, version.content if version else {}))

    @property
    def subject(self) -> str:
        """What a signature given now stands under."""
        return SUBJECTS.get(self.state, "offer")


def present_files(offer: Offer) -> list[Attachment]:
    """The attachments that nobody removed, in the order of upload."""
    return list(
        db.session.scalars(
            sa.select(Attachment)
            .where(Attachment.offer_id == offer.id, Attachment.removed_at.is_(None))
            .order_by(Attachment.id)
        )
    )


def file_entry(row: Attachment) -> dict[str, Any]:
    """An attachment as a version remembers it."""
    return {
        "id": row.public_id, "requirement": row.requirement, "name": row.name, "sha256": row.sha256,
        "size": row.size, "media_type": row.media_type,
    }  # fmt: skip


__all__ = ["ATTACHMENTS", "OfferText", "file_entry", "pool_by_year", "present_files", "terms_of"]
