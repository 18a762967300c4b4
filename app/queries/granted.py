"""What an application has been awarded, by budget year, whichever way it was awarded. Amounts in grosze."""

import sqlalchemy as sa

from app.extensions import db
from app.models import Application, Award, AwardRound, SmallGrant
from app.models.award import Outcome

GIVEN = (Outcome.FULL, Outcome.REDUCED)


def award_of(application: Application) -> Award | None:
    """The grant that the last decided round of an open call gives; None for a small grant."""
    return db.session.scalar(
        sa.select(Award)
        .join(AwardRound)
        .where(Award.offer_id == application.id, AwardRound.decided_at.is_not(None), Award.outcome.in_(GIVEN))
        .order_by(AwardRound.number.desc())
        .limit(1)
    )


def granted_by_year(application: Application) -> dict[int, int]:
    """The grant by budget year: by a round of the call, or by the decision on a small grant; empty without one."""
    if isinstance(application, SmallGrant):
        amount = application.awarded_grosze
        return {application.intake.year: amount} if amount else {}
    award = award_of(application)
    return {row.year: row.amount_grosze for row in award.years} if award else {}
