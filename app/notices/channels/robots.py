"""The channels for robots of chat groups. A code in the body of a 200 says whether one accepted a message.

企业微信: open.work.weixin.qq.com, 群机器人 (text of 2,048 bytes). 钉钉: open.dingtalk.com, 自定义机器人 (加签).
飞书: open.feishu.cn, 自定义机器人 (签名校验).
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from app.notices.channels.hosts import post
from app.notices.channels.message import Message, Outcome, Result
from app.notices.subscriptions.models import Channel
from app.notices.texts import Text

A_MINUTE = 20  # messages that a robot accepts
TOO_FAST = frozenset({45009, 410100, 130101, 11232, 9499})  # the codes by which they say that these were more


class Robot(NamedTuple):
    """The protocol of one product."""

    size: int  # bytes of a text
    request: Callable[[Message, str], tuple[str, dict[str, Any]]]  # the address, and the body with a text


def send(channel: Channel, message: Message, hosts: Sequence[str]) -> Outcome:
    robot, text = ROBOTS[channel], message.text or Text("", [])
    address, body = robot.request(message, text.within(robot.size))
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Duban"}
    outcome, content = post(address, json.dumps(body, ensure_ascii=False).encode(), headers, hosts)
    return outcome if outcome.result is not Result.SENT else _by_code(outcome, content)


def _by_code(outcome: Outcome, content: bytes) -> Outcome:
    """The outcome by the code in the body; a 200 alone says nothing."""
    try:
        answer = json.loads(content)
        code = next(answer[name] for name in ("errcode", "code", "StatusCode") if name in answer)
    except (ValueError, TypeError, StopIteration):
        return outcome._replace(result=Result.REJECTED)
    if code == 0:
        return outcome
    if code in TOO_FAST:
        return outcome._replace(result=Result.AWAY, retry_after=60.0)
    return outcome._replace(result=Result.REJECTED)


def _wecom(message: Message, text: str) -> tuple[str, dict[str, Any]]:
    return message.address, {"msgtype": "text", "text": {"content": text}}


def _dingtalk(message: Message, text: str) -> tuple[str, dict[str, Any]]:
    address = message.address
    if message.secrets:
        moment, secret = str(int(message.at.timestamp() * 1000)), message.secrets[0]
        sign = _hmac(secret, f"{moment}\n{secret}")
        address += ("&" if "?" in address else "?") + urlencode({"timestamp": moment, "sign": sign})
    return address, {"msgtype": "text", "text": {"content": text}}


def _feishu(message: Message, text: str) -> tuple[str, dict[str, Any]]:
    signed: dict[str, str] = {}
    if message.secrets:
        moment = str(int(message.at.timestamp()))
        signed = {"timestamp": moment, "sign": _hmac(f"{moment}\n{message.secrets[0]}", "")}
    return message.address, {**signed, "msg_type": "text", "content": {"text": text}}


def _hmac(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


ROBOTS: Mapping[Channel, Robot] = {
    Channel.WECOM: Robot(2_048, _wecom),
    Channel.DINGTALK: Robot(15_000, _dingtalk),
    Channel.FEISHU: Robot(15_000, _feishu),
}
