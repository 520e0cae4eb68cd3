"""What the OpenAPI document says in words and examples that stand in no one place of the code."""

from typing import Any

SERVERS = [{"url": "/", "description": "the server that gave you this document"}]
TAGS = [
    {"name": "checklists", "description": "清单: registers of one year or campaign, and their sections."},
    {"name": "tasks", "description": "任务: what is to be done, and the units that have a part in it."},
    {
        "name": "units",
        "description": "责任单位: the directory, its spellings, its contacts, and the members of collectives.",
    },
    {"name": "obligations", "description": "应办事项: what one unit owes for one task in one period."},
    {"name": "updates", "description": "进展填报: what units have reported, and the evidence for it."},
    {"name": "extensions", "description": "延期: later last days, asked for and decided."},
    {"name": "findings", "description": "督查: what auditors found wrong, answered by units and closed."},
    {
        "name": "oversight",
        "description": "督查: what is overdue, how all stand and what does not agree, as of any day.",
    },
    {"name": "registers", "description": "台账: registers as they are printed, read into what Duban keeps."},
    {"name": "calendar", "description": "工作日: holidays, make-up working days, and last days counted by them."},
    {"name": "vocabulary", "description": "What the words in answers mean, in English and in Chinese."},
    {"name": "journal", "description": "流水: the append-only record of every change."},
    {"name": "me", "description": "Who the caller is."},
    {"name": "keys", "description": "API keys, for admins."},
    {"name": "health", "description": "For whoever runs the server."},
]
# Writes that never meet a state that forbids them: done again, they change nothing or find nothing.
NEVER_IN_CONFLICT = frozenset(
    {
        "archive_checklist",
        "dissolve_unit",
        "drop_alias",
        "drop_contact",
        "end_member",
        "read_cell",
        "read_register",
        "read_requirement",
        "redact_entry",
        "restore_checklist",
        "revoke_key",
    }
)
# What the names in addresses and filters mean, wherever their route does not say more.
PARAMETERS = {
    "alias": "the spelling, as it stands in `aliases`; a unit's own name is none",
    "checklist": "id of a checklist",
    "code": "of the jurisdiction (GB/T 2260)",
    "checklist_id": "id of a checklist, as GET /checklists lists it",
    "contact_id": "id of a contact, as GET /units/{id}/contacts lists it",
    "import_id": "id of an import, as POST /registers/imports answers it",
    "event_id": "id of an event, as GET /tasks/{id}/events lists it",
    "evidence_id": "id of a piece of evidence, as `evidence` of an update lists it",
    "extension_id": "id of a request for a later day, as GET /extensions lists it",
    "finding_id": "id of a finding, as GET /findings lists it",
    "key_id": "id of a key",
    "kind": "kind of unit",
    "light": "how it shows",
    "member_id": "id of a unit that is, or shall be, a member",
    "obligation_id": "id of an obligation, as GET /obligations lists it",
    "role": "role of the key",
    "section": "id of a section",
    "section_id": "id of a section",
    "seq": "place of the entry in its stream",
    "sort": "order of the list; a minus sign turns it round",
    "standing": "whether it has no last day (长期推进)",
    "state": "where it stands",
    "stream": "name of a stream, as GET /journal lists it",
    "task": "id of a task",
    "task_id": "id of a task, as GET /tasks lists it",
    "timeliness": "what its dates say",
    "unit": "id of a unit",
    "unit_id": "id of a unit, as GET /units lists it",
    "update_id": "id of an update, as GET /updates lists it",
    "year": "year of the register",
}
LINK = {
    "description": "the part after this one (RFC 8288); absent at the end",
    "schema": {"type": "string"},
    "example": '</api/v1/tasks?limit=50&cursor=eyJhZnRlciI6WzUwXX0%3D>; rel="next"',
}
# What a field looks like, wherever its shape does not show it.
EXAMPLES: dict[str, Any] = {
    "aliases": ["自然资源局"],
    "code": "341522100000",
    "cursor": "eyJhZnRlciI6WzUwXSwibGlzdCI6ImM0NTZkNzg5MDEyMyJ9",
    "decision_reason": "理由不充分。",
    "envelope": '{"prev_hash":"9f86d081…","stream":"checklist:1","seq":2,"verb":"update.posted"}',
    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "head_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "jurisdiction": "341522",
    "name": "司法局",
    "narrative": "已按月公开动态信息,静态信息已分类置顶。",
    "next_cursor": "eyJhZnRlciI6WzUwXSwibGlzdCI6ImM0NTZkNzg5MDEyMyJ9",
    "next_steps": "下月起每月五日前更新。",
    "payload": '{"rows":{"status_update":[{"id":1,"state":"completed"}]}}',
    "payload_hash": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    "period": "2026",
    "prefix": "0a1b2c3d4e5f",
    "prev_hash": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    "reason": "抽查未见公开。",
    "requirement": "按月公开就业、住房、教育等领域的动态信息。",
    "salt": "5f4dcc3b5aa765d61d8327deb882cf99",
    "subject": "obligation:539",
    "summary": "已完成信息梳理。",
    "text": "司法局",
    "title": "一、助力优化营商环境",
    "units_text": "各乡镇人民政府,县直有关单位",
    "url": "https://www.huoqiu.gov.cn/",
    "verb": "update.posted",
    "who": "key:7",
    "withdrawn_reason": "机构改革,职责已划转。",
}
