"""The scoring card: points and a reason for each criterion, a remark, and the grant that the evaluator would give."""

from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm

from app.forms.base import LongTextField, MoneyField, PointsField
from app.forms.dynamic import put
from app.i18n import lazy
from app.models import ScoringCard


class CardForm(FlaskForm):
    """A draft of one card; nothing is required, and what cannot be read is never cleared."""

    comment = LongTextField(lazy("Remarks on the whole offer"), required=False, most=4000)
    proposed_grosze = MoneyField(lazy("Grant that you would give"), required=False)

    def fill(self, card: ScoringCard) -> None:
        """Put in the fields of the call's criteria with what the card holds."""
        scores = {score.criterion_id: score for score in card.scores}
        self.criteria = list(card.offer.call.merit_criteria)
        for criterion in self.criteria:
            score = scores.get(criterion.id)
            put(self, f"criterion-{criterion.id}", PointsField(lazy("Points"), required=False, most=criterion.max_points),
                score.points if score else None)  # fmt: skip
            reason = put(self, f"reason-{criterion.id}", LongTextField(lazy("Reason"), required=False, most=4000),
                         score.reason if score else "")  # fmt: skip
            # A draft may lack it, but the card cannot be closed without, so it is not called optional.
            reason.optional = reason.flags.optional = False
        self.comment.data, self.proposed_grosze.data = card.comment, card.proposed_grosze

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Each criterion with its two fields."""
        return [(c, self[f"criterion-{c.id}"], self[f"reason-{c.id}"]) for c in self.criteria]

    def points(self, card: ScoringCard) -> dict[int, Decimal | None]:
        """The points by criterion; what cannot be read leaves what the card held before."""
        before = {score.criterion_id: score.points for score in card.scores}
        return {
            c.id: before.get(c.id) if points.errors else points.data for c, points, _reason in self.rows()
        }

    def reasons(self, card: ScoringCard) -> dict[int, str]:
        """The reasons by criterion, likewise."""
        before = {score.criterion_id: score.reason for score in card.scores}
        return {
            c.id: before.get(c.id, "") if reason.errors else reason.data for c, _points, reason in self.rows()
        }

    def proposed(self, card: ScoringCard) -> int | None:
        """The grant that the evaluator would give, likewise. Grosze."""
        amount: int | None = (
            card.proposed_grosze if self.proposed_grosze.errors else self.proposed_grosze.data
        )
        return amount

    def remark(self, card: ScoringCard) -> str:
        """The remarks, likewise."""
        return card.comment if self.comment.errors else str(self.comment.data)
