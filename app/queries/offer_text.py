"""The text of an application as it stands now: what may be written, what it says, what it adds up to, what is missing.

One look reads everything once; the page, the guards and the effects ask the same object, so they cannot disagree.
States that mean the same carry the same word in every case type, so they are compared by word: `==`, never `is`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

import sqlalchemy as sa

from app.extensions import db
from app.models import Application, Attachment, OfferParty, OfferVersion, Procedure
from app.models.application import VersionKind
from app.models.uploaded import FileState
from app.queries.budget import pool_by_year
from app.queries.granted import granted_by_year
from app.queries.uploaded import states_of
from workflows.application import sending
from workflows.calendar import passed
from workflows.call import CallState
from workflows.form import Form, Problem, Reading
from workflows.form_comparison import changed_fields, checksum
from workflows.forms import OfferFormKit
from workflows.intake import IntakeState
from workflows.offer import OfferState
from workflows.offer_terms import ALL_CONTRIBUTIONS, CallTerms
from workflows.offer_totals import OfferTotals
from workflows.words import N_

ATTACHMENTS = "attachments"
HARMFUL_FILE = N_("Remove the file “%(name)s”: the virus scanner found something harmful in it.")
MISSING_FILE = N_("Add the attachment: %(requirement)s.")
# Letters that open the text once more, and what a signature under the answer stands under.
SUBJECTS: dict[Any, str] = {OfferState.CORRECTION_CALLED: "correction", OfferState.UPDATE_PENDING: "update"}
# States in which a call or an intake lets drafts be written.
WRITTEN_IN = frozenset({CallState.PUBLISHED, CallState.OPEN, IntakeState.ANNOUNCED, IntakeState.OPEN})


def takes_drafts(call: Procedure, now: datetime) -> bool:
    """Whether drafts may be begun and written in the call or intake at `now`."""
    in_time = call.deadline is None or not passed(call.deadline, now)
    return in_time and call.state in WRITTEN_IN


def terms_of(call: Procedure, joint: bool) -> CallTerms:
    """What the call or intake asks of an offer."""
    years = call.years
    first, last = years[0], years[-1]
    return CallTerms(
        task_kinds=tuple(call.task_kinds),
        commissioning=call.commissioning.value if call.commissioning else "",
        task_from=call.task_from or date(first, 1, 1),
        task_to=call.task_to or date(last, 12, 31),
        years=years,
        pool_by_year_grosze=pool_by_year(call),
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


class OfferText:
    """The working text of an offer or a small grant. In a correction only the opened places are taken from the draft."""

    def __init__(self, offer: Application, state: StrEnum | None = None) -> None:
        self.offer = offer
        # Effects run when the case has moved already, so they name the state in which the text was written.
        self.state: StrEnum = state or offer.state

    @classmethod
    def as_submitted(cls, offer: Application) -> Self:
        """What was submitted last, whatever is being written: a text in a state in which nothing is."""
        return cls(offer, OfferState.CORRECTED)

    @cached_property
    def kit(self) -> OfferFormKit:
        """The official form of the text with its totals and rules."""
        return self.offer.call.form

    @property
    def form(self) -> Form:
        return self.kit.form

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
        if self.state == OfferState.CORRECTION_CALLED:
            return everything & frozenset(self.offer.correction_fields)
        return everything if self.state in self._sending else frozenset()

    @cached_property
    def _sending(self) -> Mapping[Any, str]:
        return sending(self.offer.workflow)

    @property
    def before_deadline(self) -> bool:
        """Whether the text is on its first way to the office; later only letters open it."""
        return self.state in self._sending and self.state not in SUBJECTS

    def open_until(self) -> datetime | None:
        """The moment until which the text may be written, or None where no term runs yet."""
        terms: dict[StrEnum, datetime | None] = {
            OfferState.CORRECTION_CALLED: self.offer.correction_due,
            OfferState.UPDATE_PENDING: self.offer.update_due,
        }
        return terms.get(self.state, self.offer.call.deadline)

    def writable(self, now: datetime) -> bool:
        """Whether anything may be written at `now`. A late draft stays readable and can be copied."""
        if self.before_deadline:
            return takes_drafts(self.offer.call, now)
        term = self.open_until()
        return bool(self.opened) and (term is None or not passed(term, now))

    @cached_property
    def content(self) -> dict[str, Any]:
        """The text as it would be submitted now."""
        draft, version = self.offer.draft, self.version
        written: Mapping[str, Any] = draft.content if draft else {}
        if version is None or self.before_deadline:
            return self.kit.tidy(written)
        submitted = self.kit.tidy(version.content)
        if draft is None or not self._written_in_this_round(draft.saved_at):
            return submitted
        fresh = self.kit.tidy(written)
        return {name: fresh[name] if name in self.opened else value for name, value in submitted.items()}

    def _written_in_this_round(self, saved_at: datetime) -> bool:
        """Edits for a new version that was never submitted before the deadline do not count any more."""
        begun = self.offer.call.deadline if OfferState.SUBMITTED in self._sending else None
        if self.state == OfferState.CORRECTION_CALLED:
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
    def file_states(self) -> dict[str, FileState]:
        """Whether each content may be opened, waits for the scanner, or is harmful."""
        return states_of(file["sha256"] for file in self.files)

    @cached_property
    def checksum(self) -> str:
        return checksum(self.content, [file["sha256"] for file in self.files])

    @cached_property
    def reading(self) -> Reading:
        return self.kit.read(self.content)

    @cached_property
    def totals(self) -> OfferTotals:
        return self.kit.totals(self.reading)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that keeps the text from being submitted in the present state, in the order of the form."""
        if self.state == OfferState.UPDATE_PENDING:
            terms, awarded = self.update_terms, self.awarded_grosze
            found = self.kit.update_problems(self.reading, terms, awarded, self.first_totals)
        else:
            found = self.kit.problems(self.reading, self.terms)
        found = [*found, *self._missing_files(), *self._harmful_files()]
        if self.state == OfferState.CORRECTION_CALLED:
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

    def _harmful_files(self) -> list[Problem]:
        places = {name: f"{ATTACHMENTS}-{n}" for n, name in enumerate(self.offer.call.required_attachments)}
        return [
            Problem(
                ATTACHMENTS,
                places.get(file["requirement"], ATTACHMENTS),
                HARMFUL_FILE,
                {"name": file["name"]},
            )
            for file in self.files
            if self.file_states[file["sha256"]] is FileState.QUARANTINED
        ]

    @cached_property
    def changed(self) -> set[str]:
        """The fields, tables and "attachments" that differ from what was submitted last."""
        version = self.version
        if version is None:
            return set()
        names = changed_fields(self.form, self.kit.tidy(version.content), self.content)
        if sorted(f["sha256"] for f in version.attachments) != sorted(f["sha256"] for f in self.files):
            names.add(ATTACHMENTS)
        return names

    @cached_property
    def awarded_grosze(self) -> int:
        """The grant as it was decided; 0 without one."""
        return sum(granted_by_year(self.offer).values())

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
        return self.kit.totals(self.kit.read(version.content if version else {}))

    @property
    def subject(self) -> str:
        """What a signature given now stands under."""
        return SUBJECTS.get(self.state, "offer")


def present_files(offer: Application) -> list[Attachment]:
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


__all__ = ["ATTACHMENTS", "OfferText", "file_entry", "present_files", "takes_drafts", "terms_of"]
