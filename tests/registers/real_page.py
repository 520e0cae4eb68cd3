"""The real page and directory, where the project's input is at hand, and what a clerk reads in its units cells."""

import csv
from pathlib import Path

import pytest

from app.units.directory import Directory, KnownUnit

_INPUT = Path(__file__).parents[2].parent / "shared" / "input"
_SAMPLE = Path(__file__).parents[2] / "app" / "registers" / "sample"

needs_input = pytest.mark.skipif(
    not (_INPUT / "huoqiu-2023-register.txt").exists(), reason="the real page is not part of the repository"
)


def real_page() -> str:
    return (_INPUT / "huoqiu-2023-register.txt").read_text(encoding="utf-8")


def sample_page(year: int = 2026, published_on: str = "2026-05-29") -> str:
    text = (_SAMPLE / "register.txt").read_text(encoding="utf-8")
    return text.replace("{year}", str(year)).replace("{published_on}", published_on)


def county_directory() -> Directory:
    """The county's units and aliases, with the two collectives that every import of a directory makes."""
    spellings = {
        "各乡镇人民政府": KnownUnit("各乡镇人民政府", is_collective=True, is_open=False),
        "县直有关单位": KnownUnit("县直有关单位", is_collective=True, is_open=True),
    }
    with (_SAMPLE / "units.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            unit = KnownUnit(row["name"], is_collective=False, is_open=False)
            for spelling in [row["name"], *filter(None, row["aliases"].split("|"))]:
                spellings[spelling] = unit
    return Directory(spellings)


ZONE = "霍邱经济开发区管委会"
_OPEN = ["县直有关单位"]
_ALL = ["各乡镇人民政府", ZONE]

UNITS_OF_REAL_ROWS = [
    [*_OPEN, *_ALL],
    ["税务局", "经信局", *_OPEN, *_ALL],
    ["司法局", *_OPEN, *_ALL],
    ["数管局", *_OPEN, *_ALL],
    ["发改委", "自然资源和规划局", "生态环境分局", "水利局", "住建局", "重点处", *_OPEN, *_ALL],
    ["发改委", "教体局", "商务局", "文旅局", "市场监管局", *_OPEN, *_ALL],
    ["发改委", "交通局", "水利局", "住建局", *_OPEN, *_ALL],
    [*_OPEN, *_ALL],
    ["政府办"],
    ["人社局", "住建局", "教体局", "城管局", "公积金管理部", "卫健委", "医保局", "民政局", *_OPEN, *_ALL],
    ["人社局", "退役军人局", *_OPEN, *_ALL],
    ["卫健委", *_ALL],
    [
        *(
            "发改委",
            "教体局",
            "公安分局",
            "民政局",
            "司法局",
            "财政局",
            "人社局",
            "自然资源和规划局",
        ),
        *(
            "生态环境分局",
            "住建局",
            "城管局",
            "农业农村局",
            "文旅局",
            "卫健委",
            "应急局",
            "市场监管局",
        ),
        *(
            "乡村振兴局",
            "税务局",
            "残联",
            "统计局",
            "水利局",
            "交通局",
            "重点处",
            "征管处",
        ),
        *("房管中心",),
    ],
    [],
    ["教体局", "卫健委", "生态环境分局", "交通局", *_ALL],
    ["政府办", "教体局", "卫健委", "城管局", "发改委", "生态环境分局", "交通局", *_ALL],
    ["政府办", "司法局"],
    [*_OPEN, *_ALL],
    ["政府办"],
    ["司法局", *_OPEN, *_ALL],
    ["政府办"],
    ["政府办"],
    ["政府办"],
]
