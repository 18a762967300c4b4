"""The further paragraphs of the agreement: records, information, control, reports, returns, ending, law."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports import Translate, figures
from reports.agreement_clauses import Clause

if TYPE_CHECKING:
    from reports.agreement import Agreement


def duties(data: Agreement, _: Translate) -> tuple[Clause, ...]:
    """Paragraphs 6 to the end; those that do not concern this agreement are left out."""
    return (
        Clause(_("Accounting records"), _records(_)),
        Clause(_("Duties and rights of information"), _information(data, _)),
        Clause(_("Control of the task"), _control(_)),
        Clause(_("Reports on the task"), _reports(data, _)),
        Clause(_("Return of the grant"), _returns(data, _)),
        *_ending(_),
        *_special(data, _),
        Clause(_("Final provisions"), _final(data, _)),
    )


def _records(_: Translate) -> tuple[str, ...]:
    return (
        _(
            "The Contractor keeps separate accounting records of the grant, of other money and of the "
            "expenses on the task, as the Accounting Act requires, so that each operation can be identified."
        ),
        _(
            "The Contractor keeps the papers of the task, the accounting evidence among them, for 5 years "
            "counted from the beginning of the year after the one in which the task was performed."
        ),
        _(
            "The Contractor describes the accounting evidence: which task and which cost line it concerns "
            "and how much was paid from the grant."
        ),
        _(
            "Breach of these duties counts as failure to keep the records, unless other provisions say "
            "otherwise."
        ),
    )


def _information(data: Agreement, _: Translate) -> tuple[str, ...]:
    formula = data.information_formula or _formula(data, _)
    return (
        _(
            "The Contractor informs that the task is funded by the City: in print, on the web, at events and "
            "on purchased things, as far as their size allows, with the words: \u201c%(formula)s\u201d."
        )
        % {"formula": formula},
        _(
            "The Commissioner may publish, in any form, the Contractor's name and address, the purpose of "
            "the task, the amount of the grant and the results."
        ),
        _(
            "The Contractor tells the Commissioner within 14 days about a change of its address, name, "
            "representation or register data, and at once about anything that endangers the task."
        ),
    )


def _formula(data: Agreement, _: Translate) -> str:
    """What a task funded wholly, and one funded in part, is called in public."""
    if data.form == "entrusting":
        return _("The task is funded from the money of the City of Kraków")
    return _("The task is co-funded from the money of the City of Kraków")


def _control(_: Translate) -> tuple[str, ...]:
    return (
        _(
            "The Commissioner controls how the Contractor performs the task, during the task and until the "
            "papers need no longer be kept: the degree of performance; effectiveness, reliability and "
            "quality; correct use of public money; documentation (art. 17 of the Act)."
        ),
        _(
            "Persons authorised by the Commissioner may examine documents and data carriers and ask for oral "
            "or written explanations, at the Contractor's seat and where the task is performed."
        ),
        _(
            "The Commissioner tells the Contractor the result of the control. If there are irregularities, "
            "it gives recommendations and a term to remove them."
        ),
        _(
            "Within 14 days of receiving the recommendations the Contractor carries them out and says how it "
            "was done."
        ),
    )


def _reports(data: Agreement, _: Translate) -> tuple[str, ...]:
    sentences = [_final_report(data, _)]
    if data.partial_reports_due:
        days = "; ".join(figures.day(due) for due in data.partial_reports_due)
        sentences.append(_("The Contractor submits partial reports by: %(days)s.") % {"days": days})
    return (
        *sentences,
        _(
            "The Commissioner may call for a partial report during the task. The Contractor submits it "
            "within 30 days of receiving the call."
        ),
        _("The Commissioner may ask for explanations, additions and evidence on a report within a set term."),
        _(
            "If a report is not submitted in time, the Commissioner calls for it in writing. The Contractor "
            "submits it within 7 days of receiving the call."
        ),
        _(
            "If the call remains without effect, the grant counts as used against its purpose on the terms "
            "of the Public Finance Act, and the Commissioner may end the agreement at once."
        ),
        _(
            "By submitting a report the Contractor allows the Commissioner to use it in reports, information "
            "and other official documents."
        ),
    )


def _final_report(data: Agreement, _: Translate) -> str:
    if data.small_grant:
        return _(
            "The Contractor submits the final report on the task within 30 days of its end, on the simplified form "
            "(Dz.U. 2018 poz. 2055)."
        )
    return _(
        "The Contractor submits the final report on the task within 30 days of its end, on the form of "
        "the regulation under art. 19 of the Act."
    )


def _returns(data: Agreement, _: Translate) -> tuple[str, ...]:
    until = "; ".join(figures.day(day) for day in data.grant_use_until)
    return (
        _(
            "The Contractor uses the grant, that is pays for the task, by: %(days)s (14 days after the end "
            "of the task, but not later than 31 December of the year for which the grant was given)."
        )
        % {"days": until},
        _(
            "The unused part of the grant is returned within 15 days of the end of the term of its use; if "
            "that term ends on 31 December, by 31 January of the next year (art. 251 of the Public Finance "
            "Act)."
        ),
        _(
            "Unused income and bank interest on the grant are returned on the same terms. Interest as for "
            "tax arrears is due on an amount returned late, from the day after the term of return."
        ),
        _(
            "A grant used against its purpose, taken without basis or in excess is returned with interest as "
            "for tax arrears on the terms of art. 252 of the Public Finance Act."
        ),
        _("Money is returned to the account that the Commissioner names, with the number of this agreement."),
    )


def _ending(_: Translate) -> tuple[Clause, ...]:
    return (
        Clause(
            _("Ending the agreement by consent"),
            (
                _(
                    "The parties may end the agreement by consent if circumstances for which they are not "
                    "responsible make its performance impossible."
                ),
                _("They settle the financial effects and the return of money in a written record."),
            ),
        ),
        Clause(
            _("Withdrawal by the Contractor"),
            (
                _(
                    "The Contractor may withdraw from the agreement until the grant is paid if circumstances "
                    "make its performance impossible."
                ),
                _(
                    "The Contractor may also withdraw if the grant is not paid in the agreed term, not later "
                    "than the day on which it is paid."
                ),
            ),
        ),
        Clause(_("Ending the agreement by the Commissioner"), _termination(_)),
        Clause(
            _("Ban on disposing of things bought from the grant"),
            (
                _(
                    "For 5 years from their purchase the Contractor does not dispose of things bought for "
                    "the task from the grant that are linked with its performance."
                ),
                _(
                    "For important reasons the Commissioner may consent to an earlier disposal, if the money "
                    "is used for statutory purposes."
                ),
            ),
        ),
    )


def _termination(_: Translate) -> tuple[str, ...]:
    return (
        _(
            "The Commissioner may end the agreement with immediate effect in the case of: use of the grant "
            "against its purpose or in excess; late or improper performance; transfer of the grant to a "
            "third party that the agreement does not provide for; failure to submit a report; refusal of a "
            "control or failure to remove irregularities in the set term; an offer that proves invalid or "
            "was not validly submitted."
        ),
        _(
            "The Commissioner then names the amount to be returned with interest as for tax arrears, the "
            "term of return and the account."
        ),
    )


def _special(data: Agreement, _: Translate) -> tuple[Clause, ...]:
    optional = (
        (_("Accessibility"), data.accessibility or _accessibility(_)),
        (_("Protection of minors"), data.minors or _minors(_)),
        (_("Special terms"), data.special_terms),
    )
    return tuple(Clause(title, (text,)) for title, text in optional if text.strip())


def _accessibility(_: Translate) -> str:
    return _(
        "The Contractor ensures accessibility for people with special needs, in architecture, on the web and in "
        "communication, at least to the minimum requirements of art. 6 of the Act of 19 July 2019 on ensuring "
        "accessibility (art. 4 ust. 3 of that Act)."
    )


def _minors(_: Translate) -> str:
    return _(
        "Where the task brings people into contact with minors, the Contractor checks them beforehand and applies "
        "standards of protection of minors (art. 21 and 22b of the Act of 13 May 2016 on counteracting threats of "
        "sexual crime and on protection of minors)."
    )


def _final(data: Agreement, _: Translate) -> tuple[str, ...]:
    annexes = _("offer; register extract; annex 1 (costs)")
    if data.plan:
        annexes += "; " + _("annex 2 (schedule)")
    if data.results:
        annexes += "; " + _("annex 3 (results)")
    return (
        _(
            "Changes, additions and statements under this agreement need written form under pain of nullity. "
            "A qualified electronic signature is equal to a handwritten one."
        ),
        _(
            "The Contractor alone is liable to third parties for damage done in performing the task, and "
            "keeps the rules on personal data protection."
        ),
        _(
            "What the agreement does not settle is governed by the Civil Code, the Act on public benefit "
            "activity and volunteering, the Public Finance Act and, where the grant finances purchases, the "
            "Public Procurement Law."
        ),
        _("Disputes are decided by the common court competent for the Commissioner's seat."),
        _("Annexes that are an integral part of the agreement: %(annexes)s.") % {"annexes": annexes},
    )
