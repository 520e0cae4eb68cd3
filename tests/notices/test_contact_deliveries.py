"""The office sees what became of the mails to a unit's contacts."""

from datetime import timedelta

from pydantic import SecretStr

from app.config import Settings
from app.notices.jobs import run_once
from tests.conftest import County, FakeClock
from tests.notices.receivers import mail_server
from tests.notices.test_sending import press


def test_the_office_lists_the_mails_to_a_units_contacts(county: County, settings: Settings, now: FakeClock) -> None:
    office, units = county.as_role("coordinator"), county.units
    contact = {"name": "张三", "email": "zhang@huoqiu.gov.cn", "is_told": True}
    made = office.post(f"/units/{units['城关镇']}/contacts", contact).json()["id"]
    press(county, office)
    run_once(county.database, settings, lambda: now.moment)  # no server of mail is named
    path = f"/units/{units['城关镇']}/deliveries"
    waits = office.all(path)
    now.moment += timedelta(hours=1)
    with mail_server() as (box, port):
        changed = settings.model_copy(update={"smtp_url": SecretStr(f"smtp://127.0.0.1:{port}")})
        run_once(county.database, changed, lambda: now.moment)
    (sent,), waiting = office.all(path), office.all(path, state="waiting")

    assert [(one["contact_id"], one["state"], one["tries"]) for one in waits] == [(made, "waiting", 1)]
    assert waits[0]["last_answer"] == "DUBAN_SMTP_URL names no server"
    assert (sent["contact_id"], sent["state"], len(box.mails)) == (made, "sent", 1)
    assert (waiting, office.all(f"/units/{units['周集镇']}/deliveries")) == ([], [])
