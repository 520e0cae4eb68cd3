"""Every message of Duban has its Chinese, and the catalogue has nothing else."""

import ast
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import pytest
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import app
from app.errors import DubanError, every_error
from app.languages.catalogue import CHINESE
from app.languages.messages import Message
from app.vocabulary.terms import ENUMS

ROOT = Path(app.__file__).parent
# What speaks to whoever runs the server, in its own language.
ENGLISH_ONLY = ("config.py", "setting_types.py", "cli/")
REFUSALS = {"ValueError", "UnreadablePage", "DubanError", *(error.__name__ for error in every_error())}
SENTENCE_ARGUMENTS = {"expected", "found", "detail"}


class Source(NamedTuple):
    """A sentence in the code: its context is the class of an enum, for a label."""

    context: str | None
    english: str


def extracted(files: str, method: str) -> set[Source]:
    """The sentences in some files, by Babel's extractor."""
    found = extract_from_dir(ROOT, [(files, method)], keywords={"say": None, "template": None})
    return {Source(None, str(english)) for _, _, english, _, _ in found}


@cache
def in_code() -> set[Source]:
    return extracted("**.py", "python")


@cache
def said() -> set[Source]:
    """Everything that the catalogue has to contain."""
    labels = {Source(e.__name__, member.value.replace("_", " ")) for e in ENUMS.values() for member in e}
    return in_code() | extracted("**/templates/**.html", "jinja2.ext:babel_extract") | labels


def read(text: bytes) -> Catalog:
    return read_po(BytesIO(text), locale="zh", abort_invalid=True)


def faults(catalogue: Catalog) -> list[str]:
    """What is wrong with a catalogue, entry by entry; a missing one as it is to be filled in."""
    entries = {Source(entry.context, str(entry.id)): entry for entry in catalogue if entry.id}
    missing = [f"missing:\n{as_entry(source)}" for source in sorted(said() - entries.keys(), key=str)]
    unused = [f"nothing uses {source}" for source in sorted(entries.keys() - said(), key=str)]
    wrong = [f"{fault}: {entry.id}" for entry in entries.values() for fault in faults_of(entry)]
    return missing + unused + wrong


def as_entry(source: Source) -> str:
    blank = Catalog(locale="zh")
    blank.add(source.english, context=source.context)
    file = BytesIO()
    write_po(file, blank, omit_header=True)
    return file.getvalue().decode()


def faults_of(entry: Entry) -> Iterator[str]:
    chinese = str(entry.string or "")
    if not chinese:
        yield "empty"
    elif placeholders(chinese) != placeholders(str(entry.id)):
        yield "other placeholders"
    if entry.fuzzy:
        yield "fuzzy"


def placeholders(template: str) -> set[str]:
    """The names in a template; each is a plain name, without conversion or format."""
    parts = [(name, form, conversion) for _, name, form, conversion in Formatter().parse(template) if name is not None]
    assert all(name.isidentifier() and not form and not conversion for name, form, conversion in parts), template
    return {name for name, _, _ in parts}


def test_the_catalogue_has_every_sentence_and_no_other() -> None:
    found = faults(read(CHINESE.read_bytes()))

    assert not found, "\n".join(found)
    assert len(said()) > 150


ENTRY = 'msgid "This key has expired"\nmsgstr "密钥已过期"\n'
NAMED = 'msgid "there is no task {id} that you may see; check the number"\nmsgstr "'
LABEL = 'msgctxt "ObligationState"\nmsgid "waived"\nmsgstr "免办"\n'


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        (ENTRY, "", 'missing:\nmsgid "This key has expired"'),
        (LABEL, "", 'missing:\nmsgctxt "ObligationState"\nmsgid "waived"'),
        (ENTRY, ENTRY.replace("密钥已过期", ""), "empty: This key has expired"),
        (ENTRY, "#, fuzzy\n" + ENTRY, "fuzzy: This key has expired"),
        (
            ENTRY,
            ENTRY + '\nmsgid "never said"\nmsgstr "从未说过"\n',
            "nothing uses Source(context=None,",
        ),
        (NAMED + "没有编号为 {id}", NAMED + "没有编号为 {nummer}", "other placeholders: there is no task {id}"),
    ],
)
def test_a_fault_in_the_catalogue_would_be_found(before: str, after: str, fault: str) -> None:
    text = CHINESE.read_text("utf-8")
    found = faults(read(text.replace(before, after).encode()))

    assert before in text
    assert len(found) == 1
    assert found[0].startswith(fault)


@cache
def trees() -> dict[str, ast.Module]:
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in ROOT.rglob("*.py")}


def calls(tree: ast.AST, *names: str) -> list[ast.Call]:
    """Calls of functions or classes of these names, by themselves or in a module: `say(…)`, `errors.NotFound(…)`."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id in names)
            or (isinstance(node.func, ast.Attribute) and node.func.attr in names)
        )
    ]


def test_babel_finds_every_sentence_that_the_code_says() -> None:
    templates = [call.args[0] for tree in trees().values() for call in calls(tree, "say", "template")]
    literal = {Source(None, str(one.value)) for one in templates if isinstance(one, ast.Constant)}

    assert [ast.unparse(one) for one in templates if not isinstance(one, ast.Constant)] == []
    assert literal == in_code()


def test_every_sentence_is_given_the_values_that_it_names() -> None:
    wrong = [
        f"{name}: {ast.unparse(call)}"
        for name, tree in trees().items()
        for call in calls(tree, "say")
        if placeholders(ast.literal_eval(call.args[0])) != {keyword.arg for keyword in call.keywords}
    ]

    assert not wrong, wrong


def plain_sentences(tree: ast.AST) -> list[str]:
    """Refusals whose sentence is a plain text, which nobody could translate."""
    found = []
    for call in calls(tree, *REFUSALS):
        sentences = call.args[:1] + [one.value for one in call.keywords if one.arg in SENTENCE_ARGUMENTS]
        for one in call.keywords:
            if one.arg == "fields":
                sentences += [pair.elts[1] for pair in ast.walk(one.value) if isinstance(pair, ast.Tuple)]
        found += [ast.unparse(call) for one in sentences if is_plain(one)]
    return found


def is_plain(sentence: ast.AST) -> bool:
    if isinstance(sentence, ast.Call):
        return ast.unparse(sentence.func) == "str" or ast.unparse(sentence.func).endswith((".join", ".format"))
    return isinstance(sentence, ast.Constant | ast.JoinedStr | ast.BinOp)


def test_no_refusal_goes_past_the_catalogue() -> None:
    told = {name: plain_sentences(tree) for name, tree in trees().items() if not name.startswith(ENGLISH_ONLY)}

    assert {name: found for name, found in told.items() if found} == {}
    assert len(told) > 100


@pytest.mark.parametrize(
    "source",
    [
        'raise NotFound(f"there is no task {task_id}")',
        'raise errors.KeyExpired("it has expired")',
        'raise NotFound("there is no " + name)',
        'raise ValueError("; ".join(wrong))',
        "raise UnreadableRegister(str(broken)) from broken",
        'raise InvalidRequest(say("no"), fields=[("body.title", f"{title} is too long")])',
        'raise UnreadablePage(expected=say("rows"), found="none")',
    ],
)
def test_a_refusal_in_plain_words_would_be_found(source: str) -> None:
    assert len(plain_sentences(ast.parse(source))) == 1


def test_every_title_is_a_message() -> None:
    errors: list[type[DubanError]] = [DubanError, *every_error()]

    assert [error for error in errors if not isinstance(error.title, Message)] == []
    assert len(errors) > 50
