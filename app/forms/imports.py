"""A table that somebody uploads."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField

from app.i18n import lazy
from app.services.spreadsheets import KINDS_TEXT


class ImportForm(FlaskForm):
    file = FileField(lazy("File with the table"), description=lazy(KINDS_TEXT))
