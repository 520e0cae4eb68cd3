"""The channel that writes one JSON file for each message, for networks that are crossed by hand."""

import json
import os
from pathlib import Path

from app.clock import shown
from app.notices.channels.message import Message, Outcome, Result
from app.notices.texts import Text


def send(message: Message, base: str) -> Outcome:
    """The file of a message that is sent again is the same file. The folder's name was checked when it was entered."""
    if not base:
        return Outcome(Result.AWAY, answer="DUBAN_NOTICE_FOLDER names no folder")
    folder, text = Path(base) / message.address, message.text or Text("", [])
    content = {"id": message.id, "at": shown(message.at), "title": text.title, "text": text.plain}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f".{message.id}.part"
        part.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")
        os.replace(part, folder / f"{message.id}.json")
    except OSError as broken:
        return Outcome(Result.AWAY, answer=f"cannot be written: {type(broken).__name__}")
    return Outcome(Result.SENT)
