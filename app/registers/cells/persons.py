"""Persons beside a unit's name: 县水利局（张某）, 县交通局 李四 0564-6021234. They owe nothing; stored as printed."""

import re

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施牛樊葛邢安齐易乔伍庞颜倪庄聂章"
    "鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷曲盛翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫柏"
)
_WORDS = (
    r"卫健|车改|房管|万达|安徽|林业|林场|金融|安监|安全|安置|文旅|方志|史志|高新|高速|高中|高校|水利|江[南北东西]|石[化油]|党[校建委办史风组群]|成[教人员]|路[政灯网]"
    r"|车[管辆]|施工|任务|计划|常[务委]|关[工税]|单位|管[理委线]|时[间限]|解释|简[称政]|游客|农[业村机技]|司法|连队|项目|万亩"
    r"|纪[检委律监]|武装|华[东北南]|古[建城]|季度|尚未|宁[可愿]|安排|向[上社]|易[地]|龙头|方案|包[保片村括含]|范围|夏季|何时|谷物|温泉"
)
_TITLE = (
    r"(?:党组|党委|党支部)?(?:常务)?(?:副|总)?(?:局|县|镇|乡|区|科|处|所|站|队|部|院|校|市|组|股)长"
    r"|(?:副)?(?:书记|主任|主席|检察长|经理)|同志|工程师|联络员"
)
# The last character of a place or an office: 马店 and 周集 are townships, and become a question if unknown.
_NO_NAME_ENDS = "店集桥塔井庙岗潭湖塘坝庄村镇乡街寨堡营湾洼滩坪沟铺埠圩屯坊办委局科股室所站院会处部行商铁县市区"
_NAME = (
    rf"(?!{_WORDS})(?:[{_SURNAMES}]|欧阳|上官|司马|诸葛|司徒|夏侯|慕容)"
    rf"(?:(?:[\u3400-\u9fff]{{1,2}}|[ \u3000][\u3400-\u9fff])(?<![{_NO_NAME_ENDS}])|[某×Xx*＊]{{1,2}})"
)
_ONE = rf"(?:(?:{_TITLE})?[:：\s]?{_NAME}(?:\s?(?:{_TITLE}))?|[{_SURNAMES}](?:{_TITLE}))"
_PHONE = r"(?:(?:0\d{2,3}[-—－ ]?)?\d{7,8}|1\d{10}|\d{4}[-—－]\d{7,8})"
PERSON = rf"{_ONE}(?:[、,，/／\s]{{1,2}}{_ONE})*(?:[\s:：,，、]*{_PHONE})*|{_PHONE}(?:[\s:：,，、]*{_PHONE})*"
"""Names, with their office and their telephones; or telephones alone."""

_PERSON = re.compile(PERSON)
_BEGINS = re.compile(_NAME)


def is_person(text: str) -> bool:
    return len(text) <= 60 and _PERSON.fullmatch(text.strip()) is not None


def begins_as_person(text: str) -> bool:
    """Whether two or three characters could be somebody's name."""
    return len(text) <= 3 and _BEGINS.fullmatch(text) is not None
