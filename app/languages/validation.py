"""The messages for pydantic's errors, in words that help a clerk.

One sentence for each type of error that our shapes can produce (a test sends every field what does not fit it), and
for those that the next shape is likely to; for any other, pydantic's own sentence within ours.
"""

import re
from collections.abc import Mapping
from typing import Any

from app.languages.messages import Message, fill, listed, say, template

_MEMBER = re.compile(r"<\w+\.\w+: ('[^']*')>")
_QUOTED = re.compile(r"'([^']*)'")
_QUOTED_LIST = re.compile(r"'[^']*'(?:(?:, | or )'[^']*')*")

_WHOLE_NUMBER = template("is not a whole number; give digits only, such as 12")
_NUMBER = template("is not a number; give digits, and a point if needed, such as 12.5")
_YES_OR_NO = template("is neither true nor false; give one of the two")
_DAY = template("is not a day; give it as 2023-12-31")
_MOMENT = template("is not a moment; give date, time and zone, such as 2023-12-31T17:30:00+08:00")
_TEXT = template('is not a text; put it between quotation marks, such as "司法局"')
_LIST = template("is not a list; put it in square brackets, even one entry alone")
_OBJECT = template("is not an object; give its fields, each with its name")
_ONE_OF = template("is none of the words that fit here: {expected}")
_ADDRESS = template("is not a web address; give one that begins with http:// or https://")

SENTENCES: Mapping[str, str] = {
    "missing": template("is missing; it is needed here"),
    "extra_forbidden": template("this name is unknown here; leave it out or see /docs for the names"),
    "string_type": _TEXT,
    "string_too_short": template("is too short; give at least {min_length} characters"),
    "string_too_long": template("is too long; give at most {max_length} characters"),
    "string_pattern_mismatch": template("does not have the form {pattern}"),
    "string_unicode": template("contains half a character (a lone surrogate); remove it"),
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "int_parsing_size": template("has too many digits; give a smaller number"),
    "finite_number": template("is not a number that can be written out; give digits, such as 12"),
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "decimal_max_digits": template("has too many digits; give at most {max_digits}"),
    "decimal_max_places": template("has too many digits after the point; give at most {decimal_places}"),
    "decimal_whole_digits": template("has too many digits before the point; give at most {whole_digits}"),
    "greater_than_equal": template("is too small; give {ge} or more"),
    "greater_than": template("is too small; give more than {gt}"),
    "less_than_equal": template("is too large; give {le} or less"),
    "less_than": template("is too large; give less than {lt}"),
    "multiple_of": template("does not fit; give a multiple of {multiple_of}"),
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "date_type": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": template("is a moment, not a day; give the day alone, such as 2023-12-31"),
    "datetime_type": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "timezone_aware": template("does not say its time zone; add it, such as +08:00 for China"),
    "enum": _ONE_OF,
    "literal_error": _ONE_OF,
    "list_type": _LIST,
    "too_short": template("has {actual_length} entries; give at least {min_length}"),
    "too_long": template("has more entries than fit; give at most {max_length}"),
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "union_tag_not_found": template("does not say which kind it is; give the field {discriminator}"),
    "union_tag_invalid": template("the field {discriminator} is {tag}; it is one of {expected_tags}"),
    "url_type": _ADDRESS,
    "url_parsing": _ADDRESS,
    "url_scheme": _ADDRESS,
    "url_too_long": template("is too long for a web address; give at most {max_length} characters"),
}


def sentence(found: Mapping[str, Any]) -> Message:
    """The message for one of pydantic's errors, as listed by `ValidationError.errors()`."""
    context: Mapping[str, Any] = found.get("ctx", {})
    refusal = context.get("error")
    if isinstance(refusal, ValueError) and refusal.args and isinstance(refusal.args[0], Message):
        return refusal.args[0]
    kind = found["type"]
    if kind == "value_error" and "Expected UploadFile" in str(refusal):
        return say("is not a file; choose one, and send the form with it")
    if context.get("field_type") == "Value":  # a text whose length is checked last
        kind = f"string_{kind}"
    if kind == "string_too_short" and context["min_length"] == 1:
        return say("is empty; write something")
    if kind in SENTENCES:
        return fill(SENTENCES[kind], {name: _unquoted(value) for name, value in context.items()})
    return say("cannot be used: {reason}", reason=str(found["msg"]).removeprefix("Value error, "))


def _unquoted(value: Any) -> Any:
    """pydantic lists words as `'a', 'b' or 'c'`, which is English, and members of enums as Python shows them."""
    if isinstance(value, str):
        value = _MEMBER.sub(r"\1", value)
    return listed(_QUOTED.findall(value)) if isinstance(value, str) and _QUOTED_LIST.fullmatch(value) else value
