"""Word documents: what prints once every change is accepted, and the numbers that Word sets itself."""

from app.registers.files.reader import read_register_file
from app.registers.files.reading import RegisterReading
from tests.registers.files.office_parts import docx_of

TITLE = "某县2025年重点工作清单"
HEADS = ("工作内容", "工作要求", "责任单位", "完成情况")


def word(cell: str, *, styles: str = "", numbering: str = "", row: str = "") -> RegisterReading:
    """A register of one row, its requirement of these paragraphs."""
    plain = [f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in HEADS]
    task = f"<w:tc><w:p><w:r><w:t>一、甲</w:t></w:r></w:p></w:tc><w:tc>{cell}</w:tc>" + "<w:tc><w:p/></w:tc>" * 2
    table = f"<w:tbl><w:tr>{''.join(plain)}</w:tr><w:tr>{task}</w:tr>{row}</w:tbl>"
    body = f"<w:p><w:r><w:t>{TITLE}</w:t></w:r></w:p>{table}"
    [reading] = read_register_file(docx_of(body, styles=styles, numbering=numbering), "清单.docx")
    return reading


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def test_tracked_changes_are_read_as_accepted_and_noted() -> None:
    inserted = f'<w:ins w:id="1" w:author="张三">{run("做二")}</w:ins>'
    removed = '<w:del w:id="2"><w:r><w:delText>不做</w:delText></w:r></w:del>'
    moved = f'<w:moveFrom w:id="3">{run("移走")}</w:moveFrom><w:moveTo w:id="4">{run("移来")}</w:moveTo>'
    reading = word(f"<w:p>{run('做一')}{removed}{inserted}{moved}</w:p>")

    assert [task.requirement for task in reading.tasks] == ["做一做二移来"]
    assert "tracked changes" in reading.notes[0]


def test_a_paragraphs_end_that_is_removed_joins_it_to_the_next() -> None:
    joined = f'<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>{run("做一")}</w:p><w:p>{run("做二")}</w:p>'

    assert [task.requirement for task in word(joined).tasks] == ["做一做二"]


def test_a_row_that_a_change_removes_is_left_out() -> None:
    cells = f"<w:tc><w:p>{run('做')}</w:p></w:tc>" * 4
    reading = word(f"<w:p>{run('做一')}</w:p>", row=f'<w:tr><w:trPr><w:del w:id="1"/></w:trPr>{cells}</w:tr>')

    assert [task.requirement for task in reading.tasks] == ["做一"]


def test_hidden_text_is_left_out_and_noted() -> None:
    style = '<w:style w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>'
    hidden = run("不看", "<w:vanish/>") + run("不看", '<w:rStyle w:val="Secret"/>')
    shown = run("做二", '<w:vanish w:val="false"/>')
    reading = word(f"<w:p>{run('做一')}{hidden}{shown}</w:p>", styles=style)

    assert [task.requirement for task in reading.tasks] == ["做一做二"]
    assert "hidden text" in reading.notes[0]


def test_a_hidden_row_of_a_word_table_is_left_out_and_noted() -> None:
    cells = f"<w:tc><w:p>{run('做')}</w:p></w:tc>" * 4
    reading = word(f"<w:p>{run('做一')}</w:p>", row=f"<w:tr><w:trPr><w:hidden/></w:trPr>{cells}</w:tr>")

    assert [task.requirement for task in reading.tasks] == ["做一"]
    assert "1 hidden rows" in reading.notes[0]


def test_numbers_that_word_sets_itself_are_read() -> None:
    level = '<w:start w:val="1"/><w:numFmt w:val="{}"/><w:lvlText w:val="{}"/>'
    levels = "".join(
        f'<w:lvl w:ilvl="{at}">{level.format(form, text)}</w:lvl>'
        for at, (form, text) in enumerate([("chineseCounting", "%1、"), ("decimal", "%2.")])
    )
    numbering = (
        f'<w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    )

    def numbered(at: int, text: str) -> str:
        return f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="1"/></w:numPr></w:pPr>{run(text)}</w:p>'

    cell = (
        numbered(0, "甲。")
        + numbered(1, "做一。")
        + numbered(1, "做二。")
        + numbered(0, "乙。")
        + numbered(1, "做三。")
    )
    [task] = word(cell, numbering=numbering).tasks

    assert task.requirement == "一、甲。\n1.做一。\n2.做二。\n二、乙。\n1.做三。"


def test_a_fields_result_is_read_and_not_its_code() -> None:
    field = "<w:r><w:instrText>DATE</w:instrText></w:r>" + run("6月")

    assert [task.requirement for task in word(f"<w:p>{field}</w:p>").tasks] == ["6月"]


def test_a_table_within_a_cell_is_part_of_the_cell() -> None:
    inner = f"<w:tbl><w:tr><w:tc><w:p>{run('一月')}</w:p></w:tc><w:tc><w:p>{run('好')}</w:p></w:tc></w:tr></w:tbl>"

    assert [task.requirement for task in word(f"<w:p>{run('做一')}</w:p>{inner}<w:p/>").tasks] == ["做一\n一月\n好"]
