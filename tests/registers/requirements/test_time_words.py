"""Times and quantities as offices write them, in a register of 2026: read, or said to need somebody's word."""

import pytest

from app.registers.requirements.reader import read_requirement
from tests.registers.requirements.requirement_answers import schedules, targets

READ = {
    # the first month by its other name
    "元月底前完成摸底。": "on 2026-01-31",
    "2026年元月15日前印发方案。": "on 2026-01-15",
    # a month, not so many months
    "8月内完成招标。": "on 2026-08-31",
    "两个月内完成整改。": "after_event 60 calendar_days",
    # so many days after a period that comes round
    "季后15日内报送季度执行情况。": "quarterly 1/15",
    "每季度终了后10日内报送季报。": "quarterly 1/10",
    "本季度结束后10日内通报。": "quarterly 1/10",
    "每月结束后3日内报送快报。": "monthly 3",
    "月后5日内报送月报。": "monthly 5",
    "半年度终了后15日内报送半年报告。": "half_yearly 1/15",
    "年度终了后30日内报送年度报告。": "yearly 1/30",
    "工程竣工后15日内组织验收。": "after_event 15 calendar_days 工程竣工",
    "签订合同3个月后15日内复核。": "after_event 15 calendar_days 签订合同3个月",
    # the month of a quarter by its number
    "每季度第一个月10日前报送。": "quarterly 1/10",
    # several days of a month
    "每月5日和20日各报送一次。": "monthly 5; monthly 20",
    "每月10日、25日前报送进展。": "monthly 10; monthly 25",
    "每月上旬、下旬各巡查一次。": "monthly 10; monthly",
    "每月10日至15日集中巡查。": "monthly 15",
    # every other month, and twice a year in other words
    "每双月召开一次联席会议。": "times_per_year 6",
    "每隔一个月开展一次检查。": "times_per_year 6",
    "半年至少研究一次。": "half_yearly",
    # days that two signs of different kinds do not make, and a range of dates
    "2026.3-2026.10开展整治。": "on 2026-10-31",
    "企业入驻率2026年一季度末提升至85%。": "on 2026-03-31",
    "月底前报送本月情况。": "monthly",
    "次月五日前报送上月进度。": "monthly 5",
    # lines that a narrow column ends within words
    "2026年6\n月底前完成。": "on 2026-06-30",
    "6月30日\n前完成。": "on 2026-06-30",
    "每月5日、\n20日报送。": "monthly 5; monthly 20",
    "4月底前开工，\n9月底前封顶，\n12月底前建成。": "milestones 2026-04-30 2026-09-30 2026-12-31",
    "3月底前完成方案\n9月底前完成建设": "on 2026-03-31; on 2026-09-30",
    # numbered items
    "2.5日内公开。": "after_event 5 calendar_days",
    "①收到文件之日起30日内反馈。": "after_event 30 calendar_days 收到文件",
}
ASKED = {
    "12月前完成所有乡镇公开栏更新。": "12月前",
    "10月份前建成投用。": "10月份前",
    "三季度前完成项目入库。": "三季度前",
    "上半年前完成选址。": "上半年前",
    "2027年前实现动态清零。": "2027年前",
    "三月内完成整改。": "三月内",
    "两年内完成整改。": "两年内",
    "月底前报送方案。": "月底前",
    "月底之前报送方案。": "月底之前",
    "本月底前报送方案。": "本月底前",
    "下周五前报送名单。": "下周五前",
    "每半月调度一次。": "每半月",
    "每季度结束后5个工作日内报送。": "每季度结束后5个工作日内",
    "春节前兑付工资。": "春节前",
    "“七一”前完成表彰。": "“七一”前",
    "年前发放完毕。": "年前",
    "节前走访慰问困难群众。": "节前",
    "雨季来临前完成清淤。": "雨季来临前",
    "汛前完成清障。": "汛前",
    "采暖期前完成管网改造。": "采暖期前",
    "新学期开学前交付使用。": "新学期开学前",
    "全国“两会”前化解积案。": "“两会”前",
    "腊月二十前兑付工资。": "腊月二十前",
    "农历八月十五日前完成检修。": "农历八月十五日前",
    "今冬明春完成造林。": "今冬明春",
}
NO_TIME = [
    "目前已做好前期工作，环节前移、关口前置。",
    "岗前培训、课前点名、产前筛查全面落实。",
    "开展2年前瞻性研究。",
    "调节前端分类，修正月报数据。",
    "扶持成立三年内的企业。",
    "吸引青年前来创业，二〇三〇年前景可期。",
]
QUANTITIES = {
    "招引亿元以上项目20个，其中10亿元以上项目2个。": "个>=20",
    "新签约亿元以上项目40个，其中10亿元以上5个。": "个>=40",
    "年销售收入2000万元以上企业新增10家。": "家>=10",
    "招引亿元及以上项目20个，其中10亿元及以上项目2个。": "个>=20",
    "新建500平方米以上综合文化站3个。": "个>=3",
    "存栏500头以上规模养殖场设施配套率达到90%。": "%>=90",
    "平均办理时间由15个工作日压缩至5个工作日。": "个工作日<=5",
    "承诺办理时限从20日压减至7日。": "日<=7",
    "新增市场主体3000户。": "户>=3000",
    "1.95%以上的村建成服务点。": "",
    "0.5个百分点以上。": "个百分点>=0.5",
    "达标率不得低于95%。": "%>=95",
    "打造15分钟生活圈10个。": "个>=10",
    "争取资金1.5亿元以上。": "亿元>=1.5",
    "粮食播种面积180万亩以上。": "亩>=1800000",
}


@pytest.mark.parametrize(("text", "expected"), READ.items())
def test_a_time_is_read_as_an_office_means_it(text: str, expected: str) -> None:
    reading = read_requirement(text, 2026)

    assert (schedules(reading), reading.notes) == (expected, [])


@pytest.mark.parametrize(("text", "words"), ASKED.items())
def test_a_time_that_may_be_two_days_or_has_no_date_is_left_to_somebody(text: str, words: str) -> None:
    reading = read_requirement(text, 2026)

    assert reading.schedules == []
    assert [(note.words, note.may_be_last_day) for note in reading.notes] == [(words, True)]


@pytest.mark.parametrize("text", NO_TIME)
def test_what_only_looks_like_a_time_is_none(text: str) -> None:
    reading = read_requirement(text, 2026)

    assert (reading.schedules, reading.notes) == ([], [])


@pytest.mark.parametrize(("text", "expected"), QUANTITIES.items())
def test_a_quantity_is_what_is_to_be_reached_not_its_size_or_where_it_began(text: str, expected: str) -> None:
    assert targets(read_requirement(text, 2026)) == expected
