"""The limits of art. 19a in plain words, read off the dated rows of the statute, with the rows before and after them."""

from dataclasses import dataclass
from datetime import date

from app.i18n import _, day, money, ngettext, percent
from workflows import statute
from workflows.statute import Rule, Unit
from workflows.words import N_

# Each limit with its sentence; the last one is said where the law sets none.
SENTENCES: dict[str, tuple[str, str]] = {
    "art19a.max_grant_per_task": (N_("One task: up to %(amount)s."), N_("One task: without a limit.")),
    "art19a.max_per_org_per_year": (
        N_("One organisation in a calendar year: up to %(amount)s from the City."),
        N_("One organisation in a calendar year: without a limit."),
    ),
    "art19a.max_share_of_planned_grants": (
        N_(
            "All small grants of the City in a year: up to %(amount)s of the grants planned for organisations."
        ),
        N_("All small grants of the City in a year: without a limit."),
    ),
    "art19a.max_duration_days": (
        N_("One task lasts: up to %(amount)s, within one calendar year."),
        N_("One task lasts: as long as needed, within one calendar year."),
    ),
}


@dataclass(frozen=True)
class LawLine:
    """One limit: what holds on the day, since when and by which article, and what held before or will hold."""

    text: str
    since: str
    citation: str
    others: tuple[str, ...]


@dataclass(frozen=True)
class Course:
    """How long a small grant takes by the statute: business days to the publication, days for comments."""

    publication: str
    comments: str
    publication_basis: str
    comments_basis: str


def law_lines(on: date) -> tuple[LawLine, ...]:
    """The four limits for an offer filed on that day. Raises NoRule where the law knows no such limit yet."""
    return tuple(_line(code, on) for code in SENTENCES)


def course(on: date) -> Course:
    """The terms in force on that day."""
    publication = statute.rule("art19a.publication_within_business_days", on)
    comments = statute.rule("art19a.comment_days", on)
    return Course(
        ngettext("%(num)s business day", "%(num)s business days", publication.value or 0),
        ngettext("%(num)s day", "%(num)s days", comments.value or 0),
        publication.citation,
        comments.citation,
    )


def _line(code: str, on: date) -> LawLine:
    now = statute.rule(code, on)
    rows = sorted((row for row in statute.RULES if row.code == code), key=lambda row: row.valid_from)
    place = rows.index(now)
    before, after = rows[max(place - 1, 0) : place], rows[place + 1 : place + 2]
    others = [
        *(
            _("Offers filed until %(day)s: %(limit)s", day=day(row.valid_to), limit=_said(row))
            for row in before
        ),
        *(
            _("Offers filed from %(day)s: %(limit)s", day=day(row.valid_from), limit=_said(row))
            for row in after
        ),
    ]
    since = _("for offers filed from %(day)s", day=day(now.valid_from))
    return LawLine(_said(now), str(since), now.citation, tuple(map(str, others)))


def _said(row: Rule) -> str:
    limited, unlimited = SENTENCES[row.code]
    if row.value is None:
        return str(_(unlimited))
    return str(_(limited, amount=_amount(row.unit, row.value)))


def _amount(unit: Unit, value: int) -> str:
    if unit is Unit.GROSZE:
        return money(value)
    if unit is Unit.BASIS_POINTS:
        return percent(value)
    return str(ngettext("%(num)s day", "%(num)s days", value))
