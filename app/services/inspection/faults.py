"""What can be wrong with a file, each with what to do instead."""

from workflows.words import N_

EMPTY = N_("The file “%(name)s” is empty. Add it again.")
TOO_LARGE = N_("The file has more than 10 MB. Make it smaller or split it.")
WRONG_KIND = N_("The file “%(name)s” is not one of these kinds: PDF, DOCX, XLSX, ODT, ODS, JPG, PNG.")
WRONG_CONTENT = N_("What is inside “%(name)s” is not what its name says. Save it again in its own program.")
DAMAGED = N_("The file “%(name)s” is damaged: a part of it is missing. Save it again and add it once more.")
MIXED = N_(
    "The file “%(name)s” is two kinds of file at once. Save it again in its own program, for example as PDF."
)
ACTIVE = N_("The file “%(name)s” contains macros or scripts. Save it without them, for example as PDF.")
ENCRYPTED = N_("The file “%(name)s” is protected by a password. Save it without one.")
PACKED = N_("The file “%(name)s” unpacks into too much. Save it as PDF.")
NESTED = N_("The file “%(name)s” has other files packed inside it. Add each of them on its own.")
UNSAFE_PLACES = N_(
    "The file “%(name)s” holds parts with places outside it. Save it again in its own program."
)
OUTSIDE = N_(
    "The file “%(name)s” loads something from outside it. Save it with everything inside, for example as PDF."
)
EMBEDDED = N_("The file “%(name)s” has other files inside it. Add each of them on its own.")
TOO_MANY_PIXELS = N_("The picture “%(name)s” is larger than %(most)s million points. Save it smaller.")


class Unfit(ValueError):
    """The file cannot be taken; `msgid` says why."""

    def __init__(self, msgid: str) -> None:
        super().__init__(msgid)
        self.msgid = msgid
