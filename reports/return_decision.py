"""The administrative decision on the return of a grant: every element of art. 107 § 1 KPA."""

from dataclasses import dataclass
from datetime import date

from reports import Translate, figures
from reports.agreement_reference import AgreementReference, agreement_words, joint_liability
from reports.blocks import (
    NOBODY,
    Addressee,
    Person,
    addressee,
    bullets,
    closing,
    heading,
    numbered,
    paragraph_heading,
)
from reports.content import Content, Node
from reports.letterhead import DocumentFrame, compose
from reports.returns import Repayment, ReturnItem, account_line, owed, repayments_table, returns_table
from reports.text import P, prose, strong


@dataclass(frozen=True, slots=True)
class DecisionParty:
    """A party of the proceedings: its name and the address of its seat in one line."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class ReturnDecision:
    """The decision.

    ``decided_on`` is the day of the decision. Amounts in grosze, interest as of that day. ``returns`` hold what was
    left to return. ``report_submitted_on`` is None when no report came; ``demanded_on`` and ``demand_delivered_on``
    tell of the demand, None where it is not known. ``finding`` is what the office established in its own words.
    """

    frame: DocumentFrame
    addressee: Addressee
    authority: str
    decision_number: str
    decided_on: date
    agreement: AgreementReference
    parties: tuple[DecisionParty, ...]
    paid_grosze: int
    spent_grosze: int
    tranches: tuple[tuple[date, int], ...]  # the day of each transfer and its sum
    returns: tuple[ReturnItem, ...]
    repayments: tuple[Repayment, ...] = ()
    report_submitted_on: date | None = None
    demanded_on: date | None = None
    demand_delivered_on: date | None = None
    term_ended_on: date | None = None
    finding: str = ""
    account_number: str = ""
    appeal_days: int = 14
    signatory: Person | None = None


def content(data: ReturnDecision, _: Translate) -> Content:
    """The decision; ``_`` translates."""
    told = {"number": data.decision_number, "day": figures.day(data.decided_on)}
    story = [
        P(_basis(_)),
        P(_("after ex officio proceedings, of which the parties are:")),
        *bullets(", ".join(part for part in (party.name, party.address) if part) for party in data.parties),
        *paragraph_heading(_("the %(authority)s decides") % {"authority": data.authority}),
        *_ruling(data, _),
        *heading(_("Justification")),
        *_facts_found(data, _),
        *_law(data, _),
        *heading(_("Instruction")),
        *numbered(_instruction(data, _)),
        *closing([P(_("Copies: each party named above; the files of the case."))], NOBODY, data.signatory, _),
    ]
    return compose(
        data.frame,
        _,
        title=_("Decision no. %(number)s") % told,
        subtitle=_("of %(day)s on the sum of the grant to be returned") % told,
        before=addressee(data.addressee),
        story=story,
    )


def _basis(_: Translate) -> str:
    return _(
        "On the basis of art. 104 and 107 of the Code of Administrative Procedure, art. 60 pkt 1, art. 61 ust. 1 pkt 4 "
        "and art. 67 ust. 1 in connection with art. 251 and 252 of the Act of 27 August 2009 on public finance"
    )


def _ruling(data: ReturnDecision, _: Translate) -> list[Node]:
    sum_in_full = strong(figures.money_in_full(owed(data.returns), _))
    interest = figures.money_in_full(sum(item.interest_grosze for item in data.returns), _)
    sentences = [
        _(
            "The sum of the grant to be returned is set at %(amount)s. It was given by agreement %(agreement)s."
        )
        % {"amount": sum_in_full, "agreement": agreement_words(data.agreement, _)},
        _(
            "Interest as for tax arrears is due on it, by the days in the table, until the day of payment, that day "
            "included. On the day of the decision it is %(amount)s."
        )
        % {"amount": interest},
        *joint_liability(data.parties, _),
    ]
    return [
        *numbered(sentences),
        returns_table(data.returns, _, left=bool(data.repayments)),
        account_line(data.account_number, data.agreement.number, _),
    ]


def _facts_found(data: ReturnDecision, _: Translate) -> list[Node]:
    paid = "; ".join(f"{figures.day(day)}: {figures.money(amount)}" for day, amount in data.tranches)
    lines = [
        _("By agreement %(agreement)s the city commissioned the public task \u201c%(task)s\u201d.")
        % {"agreement": agreement_words(data.agreement, _), "task": data.agreement.task_title},
        _("It paid %(amount)s of the grant (%(days)s).")
        % {"amount": figures.money(data.paid_grosze), "days": paid or "–"},
        _report(data, _),
    ]
    if data.demanded_on:
        lines.append(
            _("The return was demanded by the letter of %(day)s.") % {"day": figures.day(data.demanded_on)}
        )
    if data.demand_delivered_on and data.term_ended_on:
        lines.append(
            _(
                "It was delivered on %(delivered)s; the term of return ended on %(ended)s without effect in whole."
            )
            % {"delivered": figures.day(data.demand_delivered_on), "ended": figures.day(data.term_ended_on)}
        )
    parts: list[Node] = [*(P(line) for line in lines), *prose(data.finding)]
    if data.repayments:
        parts += [P(_("This came back:")), repayments_table(data.repayments, _)]
    return parts


def _report(data: ReturnDecision, _: Translate) -> str:
    if data.report_submitted_on is None:
        return _("No final report came, so by the agreement the grant counts as used against its purpose.")
    return _("By the final report of %(day)s, %(amount)s was spent from the grant.") % {
        "day": figures.day(data.report_submitted_on),
        "amount": figures.money(data.spent_grosze),
    }


def _law(data: ReturnDecision, _: Translate) -> list[Node]:
    grounds = {item.ground for item in data.returns}
    lines = []
    if grounds & {"unused", "interest_on_account"}:
        lines.append(
            _(
                "By art. 251 of the Public Finance Act a grant not used in its term goes back to the budget within 15 "
                "days of the end of that term, or by 31 January of the next year; later, interest as for tax arrears "
                "runs from the day after the term."
            )
        )
    if grounds - {"unused", "interest_on_account"}:
        lines.append(
            _(
                "By art. 252 of the Public Finance Act a grant used against its purpose, taken without basis or in "
                "excess goes back with interest as for tax arrears within 15 days of the finding; the interest runs "
                "from the day on which the grant was paid if it was used against its purpose, otherwise from the day "
                "after the term of return."
            )
        )
    lines.append(
        _(
            "Sums of a grant that are to be returned are public non-tax receivables of the budget (art. 60 pkt 1). The "
            "decision in the first instance belongs to the Mayor (art. 61 ust. 1 pkt 4)."
        )
    )
    return [P(line) for line in lines]


def _instruction(data: ReturnDecision, _: Translate) -> list[str]:
    return [
        _(
            "A party may appeal to the Local Government Appeals Board (%(place)s) through the %(authority)s within "
            "%(days)s days of the delivery of the decision (art. 127 § 1 and 2, art. 129 § 1 and 2 KPA)."
        )
        % {"place": data.frame.place, "authority": data.authority, "days": data.appeal_days},
        _(
            "While that term runs, a party may waive the right to appeal towards the authority that issued the "
            "decision. On the day on which the statement of the last of the parties is delivered, the decision becomes "
            "final and binding (art. 127a KPA)."
        ),
        _(
            "The decision is not carried out before the term of the appeal ends; an appeal filed in time stops it "
            "(art. 130 § 1 and 2 KPA). It is carried out earlier if it agrees with what all parties ask for or if all "
            "of them waived the appeal (art. 130 § 4 KPA)."
        ),
        _("A final decision that is not carried out of free will leads to administrative enforcement."),
    ]
