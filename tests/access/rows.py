"""One row of everything for a unit, and a request for each route that would be done if the caller may."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from httpx import Response
from sqlmodel import select

from app import clock
from app.journal.recorder import StreamRef, lock, record
from app.notices.jobs import plan
from app.notices.models import Notice, NoticeEvent, TimeEvent
from app.updates.models import Claim
from app.updates.releases.models import WaitingReport
from tests.conftest import COUNTY, Api, County, sample_page

REPORT = {"state": "in_progress", "narrative": "正在推进。"}
CLAIM = {"state": "completed", "narrative": "已完成。"}
PDF = {"file": ("图.pdf", b"%PDF-1.7")}
REASON = {"reason": "写明理由。"}
LATER = {"reason": "招标延后。", "due_on": "2023-12-20"}
HOOK = {"jurisdiction": COUNTY, "channel": "webhook", "address": "http://127.0.0.1:9/"}
URGING = {"words": "请报送进展。", "answer_by": "2023-06-30"}
FINDING = {"kind": "look_back", "narrative": "页面打不开。", "due_on": "2023-06-30"}
ACCOUNT = {"issuer": "https://sso.huoqiu.gov.cn", "name": "张三", "role": "reporter", "jurisdiction": COUNTY}
RULE = {
    "issuer": "https://sso.huoqiu.gov.cn",
    "claim": "groups",
    "value": "reporters",
    "role": "reporter",
    "jurisdiction": COUNTY,
}
STATES = ["overdue", "plain", "claimed", "completed", "found", "answered", "asked", "resting", "withdrawn"]


class Call(NamedTuple):
    """How a test calls a route: with which body, for which rows instead of the usual ones."""

    body: Any = None
    rows: dict[str, str] = {}
    query: str = ""
    options: dict[str, Any] = {}


@dataclass
class Rows:
    """Ids, by the names that paths use; `owed` has the obligations one in each state."""

    ids: dict[str, Any]
    owed: dict[str, int]


def done(answer: Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


def enter_rows(county: County, name: str) -> Rows:
    office, auditor, unit = county.as_role("coordinator"), county.as_role("auditor"), county.as_unit(name)
    unit_id, third = county.units[name], county.units["周集镇"]
    kind = {"jurisdiction": COUNTY, "kind": "collective", "is_open": True}
    open_list, closed_list = (
        done(office.post("/units", {**kind, "name": f"{name}{word}有关单位"}))["id"] for word in ("各", "其他")
    )
    collective = done(office.post("/units", {**kind, "name": f"{name}各村", "is_open": False}))["id"]
    done(office.put(f"/units/{collective}/members/{unit_id}", {}))

    words = {"checklist_id": 1, "section_id": 1, "targets": [{"metric": "个", "number": 10}]}
    event = {"kind": "after_event", "days": 20, "unit": "calendar_days", "event": "文件印发", "entered_by_units": True}
    task = done(office.post("/tasks", {**words, "requirement": f"{name}的文件", "schedule": event}))["id"]
    tasks = {}
    for word in STATES:
        due = {"schedule": {"kind": "on", "due_on": "2023-05-31" if word == "overdue" else "2023-12-15"}}
        made = office.post("/tasks", {**words, **due, "starts_on": "2023-05-01", "requirement": f"{name}{word}"})
        tasks[word] = done(made)["id"]
    parts = [(task, unit_id), (task, open_list), (task, closed_list), *((one, unit_id) for one in tasks.values())]
    items = [{"task_id": one, "unit_id": who, "starts_on": "2023-05-01"} for one, who in parts]
    done(office.post("/assignments", {"items": items}))
    happened = done(office.post(f"/tasks/{task}/events", {"happened_on": "2023-05-30", "title": "印发"}))
    done(office.put(f"/tasks/{task}/units/{closed_list}/closure", REASON))

    by_task = {one["task"]["id"]: one["id"] for one in unit.all("/obligations", checklist=1, limit=200)}
    owed = {word: by_task[one] for word, one in tasks.items()}
    for word in ("withdrawn", "completed", "claimed"):
        update = done(unit.post(f"/obligations/{owed[word]}/updates", CLAIM))["id"]
        if word == "completed":
            done(office.post(f"/updates/{update}/review", {"judgement": "accepted"}))
        if word == "withdrawn":
            done(unit.put(f"/updates/{update}/withdrawal", REASON))
    evidence = done(unit.post(f"/updates/{update}/evidence", files=PDF))["id"]
    found, answered = (done(auditor.post(f"/obligations/{owed[word]}/findings", FINDING))["id"] for word in STATES[4:6])
    done(unit.post(f"/findings/{answered}/answers", {"narrative": "已恢复。"}))
    extension = done(unit.post(f"/obligations/{owed['asked']}/extensions", LATER))["id"]
    done(office.put(f"/obligations/{owed['resting']}/suspension", REASON))
    pressed = {"items": [{"obligation_id": owed["plain"]}], **URGING}
    urging = done(office.post("/urgings", pressed))["items"][0]["id"]
    contact = done(unit.post(f"/units/{unit_id}/contacts", {"name": "张三"}))["id"]

    archived = done(office.post("/checklists", {"jurisdiction": COUNTY, "year": 2023, "title": f"{name}旧清单"}))["id"]
    done(office.put(f"/checklists/{archived}/publication", {"audience": "public"}))
    done(office.put(f"/checklists/{archived}/archival"))
    page = {"file": ("清单.txt", sample_page(2024 if name == "城关镇" else 2025))}
    sent = done(office.post("/registers/imports", files=page, data={"jurisdiction": COUNTY}))
    proposing = [one["rows"][0] for one in sent["questions"] if one["can_be_taken"]]
    left: Any = [{"kind": "no_unit", "leave": True}, *({"row": row, "take_proposal": False} for row in proposing)]
    done(office.post(f"/registers/imports/{sent['id']}/answers", {"answers": left}))
    calendar = done(unit.post(f"/units/{unit_id}/calendar-tokens"))
    hook = done(office.post("/subscriptions", {**HOOK, "name": name}))["id"]
    done(office.put("/checklists/1/reminder-rules", {"is_on": name == "城关镇"}))
    notice = enter_notices(county, owed["plain"], unit_id)
    person = done(office.post("/persons", {**ACCOUNT, "subject": name, "units": [unit_id]}))["id"]
    rule = done(county.as_role("admin").post("/claim-rules", {**RULE, "units": [unit_id]}))["id"]
    assert county.client.post("/sign-in", data={"key": str(unit.key)}).status_code == 303
    county.client.cookies.clear()
    ids = {
        "checklist_id": 1,
        "code": COUNTY,
        "section_id": 1,
        "task_id": task,
        "event_id": happened["id"],
        "unit_id": unit_id,
        "member_id": unit_id,
        "alias": name,
        "contact_id": contact,
        "obligation_id": owed["plain"],
        "update_id": update,
        "evidence_id": evidence,
        "extension_id": extension,
        "finding_id": found,
        "urging_id": urging,
        "token_id": calendar["id"],
        "calendar_token": calendar["path"].rpartition("=")[2],
        "subscription_id": hook,
        "delivery_id": 1,
        "notice_id": notice,
        "person_id": person,
        "rule_id": rule,
        "report_id": enter_waiting_report(county, owed["plain"], unit_id),
        "session_id": done(unit.get("/me/sessions"))["items"][0]["id"],
        "import_id": sent["id"],
        "stream": "checklist:1",
        "seq": 1,
        "key_id": county.key_id(unit),
        "third": third,
        "resting_task": tasks["resting"],
        "collective": collective,
        "open_list": open_list,
        "closed_list": closed_list,
        "archived": archived,
        "answered": answered,
    }
    return Rows(ids, owed)


def enter_notices(county: County, obligation: int, unit_id: int) -> int:
    """What the tick would make: notices of what stands there, and a fact of time. Returns a notice of the unit."""
    plan(county.database, clock.now, lambda: False)
    with county.database.session(writes=True) as session:
        event = NoticeEvent(
            checklist_id=1,
            obligation_id=obligation,
            unit_id=unit_id,
            event=TimeEvent.DUE_SOON,
            due_on=clock.today(),
            happened_on=clock.today(),
        )
        session.add(event)
        return session.exec(select(Notice.id).where(Notice.unit_id == unit_id)).first() or 0


def enter_waiting_report(county: County, obligation: int, unit_id: int) -> int:
    """What a key of the unit reported, as it waits where a checklist asks for release and persons sign in."""
    with county.database.session(writes=True) as session:
        waiting = WaitingReport(
            checklist_id=1,
            obligation_id=obligation,
            unit_id=unit_id,
            state=Claim.IN_PROGRESS,
            narrative="正在办理。",
            reported_by="张三",
            reported_at=clock.now(),
        )
        session.add(waiting)
        stream = StreamRef("checklist:1", COUNTY)
        moment = lock(session, clock.now(), stream)
        record(session, stream, by="cli", verb="report.written", subject=waiting.subject, at=moment, rows=[waiting])
        return waiting.id


def send(api: Api, method: str, path: str, rows: Rows, call: Call) -> Response:
    ids = rows.ids | {name: rows.ids.get(word) or rows.owed[word] for name, word in call.rows.items()}
    address = path.format(**ids) + call.query.format(**ids)
    return api.request(method, address, **call.options, **({} if call.body is None else {"json": call.body}))


def requests(rows: Rows) -> dict[str, Call]:
    """By method and path: what a call needs beside the path."""
    ids, of_unit = rows.ids, Call(query="?unit={unit_id}")
    overdue = Call(query="?unit={unit_id}&checklist=1")
    page = {"content": sample_page().decode(), "headers": {"Content-Type": "text/plain; charset=utf-8"}}
    claim = {"update_id": ids["update_id"], "judgement": "accepted"}
    return {
        "PUT /jurisdictions/{code}": Call({"name": "霍邱县"}),
        "POST /checklists": Call({"jurisdiction": COUNTY, "year": 2023, "title": "新的清单"}),
        "PATCH /checklists/{checklist_id}": Call({"revision": 3, "title": "改了的标题"}),
        "PUT /checklists/{checklist_id}/publication": Call({"audience": "public"}),
        "PUT /checklists/{checklist_id}/archival": Call(rows={"checklist_id": "archived"}),  # the other has a finding
        "DELETE /checklists/{checklist_id}/archival": Call(rows={"checklist_id": "archived"}),
        "GET /checklists/{checklist_id}/register": Call(query="?format=json"),
        "GET /checklists/{checklist_id}/working-register": Call(query="?format=json"),
        "POST /checklists/{checklist_id}/sections": Call({"title": "新的部分"}),
        "PATCH /sections/{section_id}": Call({"revision": 1, "title": "改了的部分"}),
        "GET /tasks": of_unit,
        "POST /checklists/{checklist_id}/tasks": Call({"items": [{"section_id": 1, "requirement": "新的任务"}]}),
        "POST /tasks": Call({"checklist_id": 1, "section_id": 1, "requirement": "新的任务"}),
        "PATCH /tasks/{task_id}": Call({"revision": 1, "summary": "改了的话"}),
        "POST /tasks/{task_id}/events": Call({"happened_on": "2023-05-31", "title": "又印发"}),
        "PUT /tasks/{task_id}/events/{event_id}/withdrawal": Call(REASON),
        "PUT /tasks/{task_id}/suspension": Call(REASON),
        "DELETE /tasks/{task_id}/suspension": Call(rows={"task_id": "resting_task"}),
        "PUT /tasks/{task_id}/withdrawal": Call(REASON),
        "PUT /tasks/{task_id}/units/{unit_id}": Call({}, {"unit_id": "third"}),
        "DELETE /tasks/{task_id}/units/{unit_id}": Call(query="?reason=改派"),
        "PUT /tasks/{task_id}/units/{unit_id}/closure": Call(REASON, {"unit_id": "open_list"}),
        "DELETE /tasks/{task_id}/units/{unit_id}/closure": Call(rows={"unit_id": "closed_list"}),
        "POST /tasks/{task_id}/units/{unit_id}/updates": Call(REPORT),
        "POST /assignments": Call({"items": [{"task_id": ids["task_id"], "unit_id": ids["third"]}]}),
        "GET /obligations": of_unit,
        "GET /obligations/{obligation_id}/updates": Call(rows={"obligation_id": "claimed"}),
        "POST /obligations/{obligation_id}/updates": Call(REPORT),
        "POST /obligations/{obligation_id}/waiver": Call(REASON),
        "POST /obligations/{obligation_id}/reopening": Call(REASON, {"obligation_id": "completed"}),
        "PUT /obligations/{obligation_id}/suspension": Call(REASON),
        "DELETE /obligations/{obligation_id}/suspension": Call(rows={"obligation_id": "resting"}),
        "GET /obligations/{obligation_id}/extensions": Call(rows={"obligation_id": "asked"}),
        "POST /obligations/{obligation_id}/extensions": Call(LATER),
        "PUT /obligations/{obligation_id}/extension-opening": Call(REASON, {"obligation_id": "overdue"}),
        "GET /obligations/{obligation_id}/findings": Call(rows={"obligation_id": "found"}),
        "POST /obligations/{obligation_id}/findings": Call(FINDING),
        "POST /waivers": Call({"items": [{"obligation_id": rows.owed["plain"], **REASON}]}),
        "GET /updates": of_unit,
        "POST /updates": Call({"items": [{"obligation_id": rows.owed["plain"], **REPORT}]}),
        "POST /receipts": Call({"items": [{"obligation_id": rows.owed["plain"]}]}),
        "POST /updates/{update_id}/links": Call({"url": "https://www.huoqiu.gov.cn/"}),
        "POST /updates/{update_id}/evidence": Call(options={"files": PDF}),
        "PUT /updates/{update_id}/withdrawal": Call(REASON),
        "POST /updates/{update_id}/review": Call({"judgement": "accepted"}),
        "POST /reviews": Call({"items": [claim]}),
        "GET /waiting-reports": Call(query="?obligation={obligation_id}"),
        "PUT /waiting-reports/{report_id}/withdrawal": Call(REASON),
        "POST /waiting-reports/{report_id}/evidence": Call(options={"files": PDF}),
        "GET /extensions": of_unit,
        "PUT /extensions/{extension_id}/decision": Call({"decision": "granted"}),
        "POST /extension-decisions": Call({"items": [{"extension_id": ids["extension_id"], "decision": "granted"}]}),
        "POST /extensions/{extension_id}/evidence": Call(options={"files": PDF}),
        "GET /findings": of_unit,
        "POST /findings": Call({"items": [{"obligation_id": rows.owed["plain"], **FINDING}]}),
        "POST /findings/{finding_id}/answers": Call({"narrative": "已恢复。"}),
        "POST /findings/{finding_id}/evidence": Call(rows={"finding_id": "answered"}, options={"files": PDF}),
        "POST /finding-closures": Call({"items": [{"finding_id": ids["answered"], "conclusion": "合格。"}]}),
        "POST /findings/{finding_id}/extension": Call(
            {"due_on": "2023-07-31", "reason": "还缺两项。"}, {"finding_id": "answered"}
        ),
        "POST /findings/{finding_id}/closure": Call({"conclusion": "复查合格。"}, {"finding_id": "answered"}),
        "GET /urgings": of_unit,
        "POST /urgings": Call({"items": [{"obligation_id": rows.owed["plain"]}], **URGING}),
        "POST /urgings/{urging_id}/answer": Call({"answer": "本周报送。"}),
        "GET /units/{unit_id}/due-days.ics": Call(query="?token={calendar_token}"),
        "PUT /checklists/{checklist_id}/reminder-rules": Call({"is_on": True}),
        "POST /subscriptions": Call({**HOOK, "name": "新的"}),
        "GET /subscriptions": Call(query=f"?jurisdiction={COUNTY}"),
        "GET /notices/events": Call(query="?unit={unit_id}"),
        "POST /subscriptions/{subscription_id}/replay": Call({"stream": "checklist:1", "after": 0}),
        "PATCH /units/{unit_id}/contacts/{contact_id}": Call({"gets_digests": False}),
        "GET /overdue": overdue,
        **{
            f"GET /{place}/by-{group}": overdue
            for place in ("tallies", "overdue")
            for group in ("unit", "task", "section", "jurisdiction")
        },
        "GET /oversight/ranking": overdue,
        "GET /oversight/trend": overdue,
        "GET /oversight/contradictions": overdue,
        "POST /units": Call({"jurisdiction": COUNTY, "kind": "department", "name": "新的局"}),
        "PATCH /units/{unit_id}": Call({"revision": 1, "is_confirmed": True}),
        "POST /units/{unit_id}/aliases": Call({"name": "新的别名"}),
        "PUT /units/{unit_id}/dissolution": Call(REASON),
        "GET /units/{unit_id}/members": Call(rows={"unit_id": "collective"}),
        "PUT /units/{unit_id}/members/{member_id}": Call({}, {"unit_id": "collective", "member_id": "third"}),
        "DELETE /units/{unit_id}/members/{member_id}": Call(rows={"unit_id": "collective"}),
        "POST /units/{unit_id}/contacts": Call({"name": "李四"}),
        "POST /registers/readings": Call(query=f"?jurisdiction={COUNTY}", options=page),
        "POST /registers/cell-readings": Call({"jurisdiction": COUNTY, "text": "司法局"}),
        "POST /registers/requirement-readings": Call({"text": "6月底前完成。", "year": 2023}),
        "POST /registers/imports": Call(
            options={"files": {"file": ("清单.txt", sample_page(2026))}, "data": {"jurisdiction": COUNTY}}
        ),
        "POST /registers/imports/{import_id}/answers": Call({"answers": [{"row": 10, "take_proposal": True}]}),
        "GET /calendar/deadline": Call(query="?event_on=2023-09-28&working_days=3"),
        "PUT /calendar/days": Call({"days": [{"day": "2023-10-07", "is_working": False}]}),
        "PUT /journal/{stream}/{seq}/redaction": Call(REASON),
        "PUT /redaction": Call({"words": "张三", **REASON}),
        "POST /persons": Call({**ACCOUNT, "subject": "new", "units": [ids["unit_id"]]}),
        "POST /claim-rules": Call({**RULE, "units": [ids["unit_id"]]}),
        "PATCH /persons/{person_id}": Call({"revision": 1, "name": "李四"}),
        "POST /keys": Call({"name": "新的钥匙", "role": "reporter", "jurisdiction": COUNTY, "units": [ids["unit_id"]]}),
    }
