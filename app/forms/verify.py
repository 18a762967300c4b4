"""The form of the page that verifies documents: a code, a file, or both."""

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField

from app.forms.base import TextField
from app.i18n import lazy

LONGEST = 60  # a code has 16 characters; the rest is for spaces and dashes


class VerifyForm(FlaskForm):
    """What somebody holds: the code of a paper, the file itself, or both to compare them."""

    code = TextField(
        lazy("Code of the document"),
        required=False,
        most=LONGEST,
        description=lazy("16 letters and digits beside the square code, such as ABCD-EFGH-JKMN-PQRS."),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    file = FileField(
        lazy("File to compare"),
        description=lazy(
            "The PDF, or the package (ZIP), as you received it. We only count its checksum and keep nothing."
        ),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """A sent form has a code or a file."""
        sound: bool = super().validate(extra_validators)
        if sound and not self.code.data and not self.file.data:
            self.file.errors = [str(lazy("Choose the file."))]
            return False
        return sound
