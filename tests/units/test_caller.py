"""Who a caller is to the server."""

from tests.conftest import COUNTY, County


def test_a_unit_reads_its_role_its_units_and_what_it_may_do(county: County) -> None:
    shown = county.as_unit("司法局").get("/me").json()

    assert shown["role"] == "reporter"
    assert shown["jurisdiction"] == COUNTY
    assert shown["units"] == [{"id": county.units["司法局"], "name": "司法局"}]
    assert "post_update" in shown["permissions"]
    assert "edit_register" not in shown["permissions"]
    assert shown["person"] is None


def test_a_key_is_named_and_never_shown(county: County) -> None:
    unit = county.as_unit("司法局")

    shown = unit.get("/me").json()["key"]

    assert shown["id"] == county.key_id(unit)
    assert unit.key
    assert unit.key.startswith(f"duban_{shown['prefix']}_")
    assert unit.key not in str(shown)


def test_an_office_of_everywhere_has_no_units_and_no_jurisdiction_of_its_own(county: County) -> None:
    shown = county.as_role("admin", "").get("/me").json()

    assert (shown["jurisdiction"], shown["jurisdiction_name"], shown["units"]) == ("", None, [])


def test_nobody_reads_what_is_published(county: County) -> None:
    shown = county.anonymous().get("/me").json()

    assert (shown["role"], shown["key"], shown["permissions"]) == ("anonymous", None, ["read_published"])


def test_the_answer_of_me_is_not_stored(county: County) -> None:
    answer = county.as_unit("司法局").get("/me")

    assert answer.headers["cache-control"] == "no-store"
