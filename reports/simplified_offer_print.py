"""The simplified offer of a small grant, section by section as in annex 1 to the regulation Dz.U. 2018 poz. 2055."""

from dataclasses import dataclass
from datetime import date, datetime

from reports import Translate, figures
from reports.blocks import Contact, Person, heading, subheading
from reports.content import Content, Node
from reports.costs import FundedCost, GrantShare, funded_costs_table, shares_table
from reports.letterhead import DocumentFrame, compose
from reports.offer_print import Offeror, declarations_part, long_text, offerors_part, submission_note
from reports.plan import ResultRow, results_table
from reports.tables import facts
from reports.text import P, strong


@dataclass(frozen=True, slots=True)
class SimplifiedOfferPrint:
    """A submitted version of a simplified offer (or a draft, with ``frame.draft``).

    ``mode`` is the mode of I.2 in words. ``shares`` (the split of the grant) and ``joint_text`` belong to a joint
    offer; the official form asks for neither, so an empty text leaves no place behind.
    ``declarations`` are the chosen wordings of part V in the order of the form. ``submitted_at`` is the moment
    of receipt, aware, None for a draft.
    """

    frame: DocumentFrame
    authority: str
    mode: str
    task_kind: str
    intake_number: str
    intake_title: str
    offer_number: str  # "" for a draft
    offer_version: int
    offerors: tuple[Offeror, ...]
    contacts: tuple[Contact, ...]
    title: str
    date_from: date | None
    date_to: date | None
    summary: str
    results: tuple[ResultRow, ...]
    profile: str
    costs: tuple[FundedCost, ...]
    shares: tuple[GrantShare, ...] = ()
    joint_text: str = ""
    declarations: tuple[str, ...] = ()
    signatories: tuple[Person, ...] = ()
    submitted_at: datetime | None = None


def content(data: SimplifiedOfferPrint, _: Translate) -> Content:
    """The offer; ``_`` translates."""
    story = [
        submission_note(data.offer_number, data.offer_version, data.submitted_at, data.frame.checksum, _),
        *_basics(data, _),
        *offerors_part(data.offerors, data.contacts, _),
        *_scope(data, _),
        *_costs(data, _),
        *_joint(data, _),
        *declarations_part(_("V. Declarations"), data.declarations, data.signatories, _),
    ]
    joint = len(data.offerors) > 1
    title = (
        _("Simplified joint offer to perform a public task")
        if joint
        else _("Simplified offer to perform a public task")
    )
    return compose(data.frame, _, title=title, subtitle=data.title, story=story)


def _basics(data: SimplifiedOfferPrint, _: Translate) -> list[Node]:
    first, last = data.date_from, data.date_to
    return [
        *heading(_("I. Basic information about the offer")),
        *facts(
            [
                (_("1. Authority the offer is addressed to"), data.authority),
                (_("2. Mode in which the offer is submitted"), data.mode),
                (_("3. Kind of public task"), data.task_kind),
                (_("4. Title of the public task"), data.title),
                (_("5. Term of the task: begins"), figures.day(first) if first else _("not given")),
                (_("5. Term of the task: ends"), figures.day(last) if last else _("not given")),
                (_("Intake of small grants"), f"{data.intake_title} ({data.intake_number})"),
            ]
        ),
    ]


def _scope(data: SimplifiedOfferPrint, _: Translate) -> list[Node]:
    return [
        *heading(_("III. Scope of the public task")),
        *long_text(
            _("1. Description: purpose, place, target groups, personal or in-kind contribution"),
            data.summary,
            _,
        ),
        *subheading(_("2. Expected results"), 90),
        results_table(data.results, _) if data.results else P(_("not given")),
        *long_text(_("3. Short profile of the offeror, its experience and resources"), data.profile, _),
    ]


def _costs(data: SimplifiedOfferPrint, _: Translate) -> list[Node]:
    asked = figures.money_in_full(sum(cost.grant_grosze for cost in data.costs), _)
    return [
        *heading(_("IV. Estimate of the costs of the task"), 110),
        *([funded_costs_table(data.costs, _)] if data.costs else [P(_("not given"))]),
        P(_("Grant asked for: %(amount)s.") % {"amount": strong(asked)}),
    ]


def _joint(data: SimplifiedOfferPrint, _: Translate) -> list[Node]:
    if len(data.offerors) < 2:
        return []
    split = shares_table(data.shares, _) if data.shares else P(_("not given"))
    text = data.joint_text.strip()
    return [
        *subheading(_("Split of the grant between the offerors"), 110),
        split,
        *(long_text(_("Who does what, and who represents the offerors"), text, _) if text else []),
    ]
