"""The first rows of a list, for pages that show several lists."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, Field

from app.addresses import address
from app.paging import JsonPage, Page, PageQuery
from app.shapes import WHEN_USED

Item = TypeVar("Item")
Query = TypeVar("Query", bound=PageQuery)


class FirstRows(BaseModel, Generic[Item]):
    """A list, by its first rows."""

    model_config = WHEN_USED

    count: int
    count_is_exact: bool = Field(description="false where there are more than `count`")
    items: list[Item] = Field(description="the first of them")
    path: str = Field(description="the whole list", examples=["/api/v1/obligations?overdue=true"])


def first_rows(
    find: Callable[[Query], Page[Any] | JsonPage], path: str, query: Query, most: int, shape: Any = None
) -> FirstRows[Any]:
    """The first rows of a list, and how many there are.

    Args:
        path: of the list, without what all paths begin with.
        shape: the shape of the rows of a list that is JSON already.
    """
    page = find(query.model_copy(update={"limit": most, "count": True}))
    if isinstance(page, JsonPage):
        items, total = [shape.model_validate_json(one) for one in page.items], page.total
    else:
        items, total = page.items, {"count": page.count, "count_is_exact": page.count_is_exact}
    shown = query.model_dump(mode="json", exclude_defaults=True)
    filters = urlencode(
        {name: str(it).lower() if isinstance(it, bool) else it for name, it in shown.items()}, doseq=True
    )
    return FirstRows[Any](items=items, path=address(f"/api/v1/{path}" + (f"?{filters}" if filters else "")), **total)
