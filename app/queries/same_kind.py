"""Tasks of the same kind and what they cost, out of the city's own agreements (art. 13 ust. 2 pkt 7)."""

import sqlalchemy as sa
from flask_babel import force_locale

from app.extensions import db
from app.i18n import _, money
from app.models import Agreement, Call, Offer, Organisation, Tranche
from app.queries.budget import ENDED_EARLY


def same_kind_lines(call: Call, year: int) -> list[str]:
    """One line for each grant of this year and the last one in the call's area, by task and organisation.

    The lines are a proposal for the announcement, so they are in Polish whoever writes it.
    """
    rows = db.session.execute(
        sa.select(Tranche.year, Offer.title, Organisation.name, sa.func.sum(Tranche.amount_grosze))
        .join(Agreement, Agreement.id == Tranche.agreement_id)
        .join(Offer, Offer.id == Agreement.offer_id)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .join(Call, Call.id == Offer.call_id)
        .where(
            Call.area == call.area,
            Call.unit_id == call.unit_id,
            Tranche.year.in_((year - 1, year)),
            Agreement.state.not_in(ENDED_EARLY),
        )
        .group_by(Tranche.year, Offer.title, Organisation.name)
        .order_by(Tranche.year, Offer.title, Organisation.name)
    )
    with force_locale("pl"):
        return [
            str(
                _(
                    "%(year)s: %(task)s, %(organisation)s, grant of %(amount)s",
                    year=when,
                    task=task,
                    organisation=name,
                    amount=money(int(amount)),
                )
            )
            for when, task, name, amount in rows
        ]
