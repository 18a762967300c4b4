"""The protocol of a control: what was looked at, what was found, and by when the contractor may object."""

from dataclasses import dataclass
from datetime import date

from reports import Translate, figures
from reports.blocks import Person, Story, bullets, heading, numbered, signatures, subheading
from reports.content import Content, WritingLines
from reports.control import ControlledAgreement, agreement_facts, days
from reports.drawn import person_lines, replacing
from reports.letterhead import DocumentFrame, compose
from reports.text import P, prose


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in one part of the scope."""

    part: str
    text: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What the contractor is to do; ``due`` None means the term of the agreement."""

    text: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class ControlProtocol:
    """The protocol. ``objection_days`` run from the day on which the contractor receives it for signing."""

    frame: DocumentFrame
    agreement: ControlledAgreement
    authorisation: str
    first_day: date
    last_day: date
    place: str
    controllers: tuple[Person, ...]
    present: tuple[str, ...]
    findings: tuple[Finding, ...]
    objection_days: int
    documents: tuple[str, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    replaces: date | None = None


def content(data: ControlProtocol, _: Translate) -> Content:
    """The protocol; ``_`` translates."""
    story = [
        *replacing(data.replaces, _),
        *agreement_facts(
            data.agreement,
            _,
            [
                (_("Days of the control"), days(data.first_day, data.last_day)),
                (_("Place of the control"), data.place),
                (_("Controlling persons"), "\n".join(person_lines(data.controllers))),
                (_("Authorisation"), data.authorisation),
                (_("Present for the contractor"), "\n".join(data.present)),
            ],
        ),
        *heading(_("Scope of the control and findings")),
        *_findings(data),
        *([*heading(_("Documents that were looked at")), *bullets(data.documents)] if data.documents else []),
        *_recommendations(data, _),
        *heading(_("Right to object")),
        P(
            _(
                "The contractor may refuse to sign and object in writing, with reasons, within %(days)s days of receiving "
                "the protocol. Objections that are not accepted are answered in writing. A refusal to sign is noted here."
            )
            % {"days": data.objection_days}
        ),
        *heading(_("Remarks of the contractor")),
        WritingLines(4),
        *signatures([*data.controllers, *_contractors(data, _)], title=_("Signatures")),
    ]
    return compose(
        data.frame, _, title=_("Protocol of the control"), subtitle=data.agreement.task_title, story=story
    )


def _findings(data: ControlProtocol) -> Story:
    return [node for item in data.findings for node in (*subheading(item.part), *prose(item.text))]


def _recommendations(data: ControlProtocol, _: Translate) -> Story:
    title = heading(_("Recommendations"))
    if not data.recommendations:
        return [*title, P(_("The control led to no recommendations."))]
    return [*title, *numbered(recommendation_line(item, _) for item in data.recommendations)]


def recommendation_line(item: Recommendation, _: Translate) -> str:
    """The recommendation with its last day, where it has one."""
    if item.due is None:
        return item.text
    return _("%(text)s Term: %(day)s.") % {"text": item.text, "day": figures.day(item.due)}


def _contractors(data: ControlProtocol, _: Translate) -> list[Person]:
    return [
        Person("", _("for the contractor: %(name)s") % {"name": name}) for name in data.agreement.contractors
    ]
