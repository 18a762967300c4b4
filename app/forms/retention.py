"""The form for the term of personal data."""

from flask_wtf import FlaskForm

from app.forms.base import CountField, TextField
from app.i18n import lazy

MOST_DAYS = 18_263  # fifty years


class TermForm(FlaskForm):
    """How long, and by which act; without days nothing is removed."""

    days = CountField(lazy("Days"), required=False, least=1, most=MOST_DAYS)
    basis = TextField(lazy("Legal basis or archive category"), most=200)
