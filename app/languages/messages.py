"""The messages for people: written in English, translated when they are sent."""

from collections.abc import Iterable, Mapping
from enum import Enum
from functools import reduce
from typing import Any


class Message(str):
    """An English sentence with its template and values. It is a `str` in logs, in the CLI and in JSON.

    `template` is looked up in the catalogue, under `context` where the same word means several things.
    """

    template: str
    values: Mapping[str, Any]
    context: str | None


def say(template: str, /, **values: Any) -> Message:
    """A sentence: `say("there is no task {id} that you may see", id=task_id)`.

    The template is a literal, so that it can be found and translated (`zh.po`). Values may be messages themselves; a
    member of an enum shows as its label, all else as `str` has it: dates as 2023-12-31, the way they are sent.
    """
    return fill(template, values)


def template(sentence: str, /) -> str:
    """Marks a sentence whose values are given later, by `fill`."""
    return sentence


def label(member: Enum) -> Message:
    """The label of an enum's member: `ObligationState.NOT_STARTED` is "not started". Found under its class."""
    return fill(str(member.value).replace("_", " "), {}, type(member).__name__)


def listed(things: Iterable[object]) -> Message:
    """Things one after another: "a, b, c"."""
    return reduce(lambda some, more: say("{some}, {more}", some=some, more=more), map(_verbatim, things))


def alternatives(things: Iterable[object]) -> Message:
    """One of several things: "a or b or c"."""
    return reduce(lambda some, more: say("{some} or {more}", some=some, more=more), map(_verbatim, things))


def sentences(several: Iterable[object]) -> Message:
    """Sentences one after another: "this; that"."""
    return reduce(lambda some, more: say("{some}; {more}", some=some, more=more), map(_verbatim, several))


def _verbatim(thing: object) -> Message:
    return thing if isinstance(thing, Message) else fill("{thing}", {"thing": thing})


def fill(sentence: str, values: Mapping[str, Any], context: str | None = None) -> Message:
    """`say` for what `template` marked. `context`: distinguishes the meanings of one word in the catalogue."""
    shown = {name: label(value) if isinstance(value, Enum) else value for name, value in values.items()}
    message = Message(sentence.format(**shown) if shown else sentence)
    message.template, message.values, message.context = sentence, shown, context
    return message


def as_json(message: Message) -> dict[str, Any]:
    """What a message is made of, to be stored as JSON: it can be said in another language later."""
    values = {name: as_json(one) if isinstance(one, Message) else _plain(one) for name, one in message.values.items()}
    return {"template": message.template, "values": values, "context": message.context}


def from_json(stored: Any) -> Message:
    """A stored message; the plain words, where an older version stored no more than those."""
    if not isinstance(stored, Mapping):
        return _verbatim(stored)
    values = {name: from_json(one) if isinstance(one, Mapping) else one for name, one in stored["values"].items()}
    return fill(stored["template"], values, stored["context"])


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float) else str(value)
