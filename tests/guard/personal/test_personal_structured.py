"""Numbers and addresses with a form: found with their check digits, in every way people write them."""

import pytest

from goodword.guard.personal.screen import screen
from goodword.types import Lang

FOUND: list[tuple[Lang, str, str, str]] = [
    ("zh", "PHONE", "手机13912345678可以打", "13912345678"),
    ("zh", "PHONE", "号码139-1234-5678", "139-1234-5678"),
    ("zh", "PHONE", "打１３９１２３４５６７８找我", "１３９１２３４５６７８"),
    ("zh", "PHONE", "电话一三九一二三四五六七八", "一三九一二三四五六七八"),
    ("zh", "PHONE", "电话壹叁玖壹贰叁肆伍陆柒捌", "壹叁玖壹贰叁肆伍陆柒捌"),
    ("zh", "PHONE", "+86 139 1234 5678", "+86 139 1234 5678"),
    ("zh", "PHONE", "座机0571-88123456", "0571-88123456"),
    ("zh", "PHONE", "（010）65812234找我", "（010）65812234"),
    ("zh", "PHONE", "1\u200b3\u200b9\u200b12345678是我电话", "1\u200b3\u200b9\u200b12345678"),
    ("en", "PHONE", "call me on (415) 555-0132", "(415) 555-0132"),
    ("en", "PHONE", "ring +44 7911 123456", "+44 7911 123456"),
    ("en", "PHONE", "call oh seven seven double zero nine zero zero one two three", "oh seven seven double zero nine zero zero one two three"),  # noqa: E501
    ("zh", "EMAIL", "邮箱zhang.san@163.com谢谢", "zhang.san@163.com"),
    ("zh", "EMAIL", "zhangsan at 163 点 com", "zhangsan at 163 点 com"),
    ("en", "EMAIL", "mail jo (at) gmail (dot) com", "jo (at) gmail (dot) com"),
    ("zh", "RESIDENT_ID", "身份证11010519491231002X", "11010519491231002X"),
    ("zh", "RESIDENT_ID", "证件 110105 19491231 002X 在此", "110105 19491231 002X"),
    ("zh", "BANK_CARD", "卡号6222 0212 0000 0000 001", "6222 0212 0000 0000 001"),
    ("en", "BANK_CARD", "my card 4111-1111-1111-1111", "4111-1111-1111-1111"),
    ("en", "IBAN", "IBAN GB29 NWBK 6016 1331 9268 19 please", "GB29 NWBK 6016 1331 9268 19"),
    ("en", "SSN", "SSN 219-09-9999", "219-09-9999"),
    ("en", "NINO", "NI number AB 12 34 56 C", "AB 12 34 56 C"),
    ("en", "PASSPORT", "passport no. 533401287", "533401287"),
    ("zh", "PASSPORT", "护照号E12345678", "E12345678"),
    ("zh", "PLATE", "车牌京A·12345", "京A·12345"),
    ("en", "PLATE", "my reg is LB07 SEY", "LB07 SEY"),
    ("zh", "HANDLE", "加V：abc_12345", "abc_12345"),
    ("zh", "HANDLE", "薇信 lily-2020", "lily-2020"),
    ("zh", "HANDLE", "12345678是我QQ", "12345678"),
    ("en", "HANDLE", "my instagram is @jam.maker", "@jam.maker"),
    ("zh", "ORDER", "订单号2603281029384756没到", "2603281029384756"),
    ("en", "ORDER", "order number 112-7760031-4471822", "112-7760031-4471822"),
    ("zh", "TRACKING", "顺丰SF1234567890123", "SF1234567890123"),
    ("en", "TRACKING", "tracking 1Z999AA10123456784", "1Z999AA10123456784"),
    ("en", "IP", "my ip is 81.2.69.142", "81.2.69.142"),
    ("zh", "BIRTH_DATE", "生日1990年5月12日", "1990年5月12日"),
    ("en", "BIRTH_DATE", "born on March 3rd, 1975", "March 3rd, 1975"),
    ("en", "LICENCE", "driver's license D1234562", "D1234562"),
]  # fmt: skip
SILENT: list[tuple[Lang, str]] = [
    ("zh", "商品条码6901234567892，货号13912345678"),
    ("zh", "价格1999元，尺寸254×220×76mm，电池13800mAh"),
    ("zh", "客服热线400-820-8820，固件版本2.10.0.18，路由器192.168.1.1"),
    ("zh", "ISBN 978-7-02-000220-7，生产日期2026年03月12日"),
    ("zh", "订单满199减20，一三五七混合口味，QQ糖和QQ弹面条"),
    ("en", "EAN 4006381333931, model WH-1000XM5, ISBN 978-0-14-143951-8"),
    ("en", "Part number 5011-2223-4445, firmware 2.3.1.0, 1920x1080, 3-5 days"),
    ("en", "Helpline 0800 123 4567, lot 20260312, price $349.99"),
]


@pytest.mark.parametrize(("lang", "kind", "text", "value"), FOUND)
def test_a_value_is_found_whole_and_as_its_kind(lang: Lang, kind: str, text: str, value: str) -> None:
    assert (value, kind) in [(text[s.start : s.end], s.type) for s in screen(text, lang)]


@pytest.mark.parametrize(("lang", "text"), SILENT)
def test_codes_and_measures_of_products_are_nobodys(lang: Lang, text: str) -> None:
    assert not [(text[s.start : s.end], s.type) for s in screen(text, lang)]


def test_a_card_or_identity_number_with_a_wrong_check_digit_needs_a_word_for_it() -> None:
    assert not screen("6222021200000000002", "zh")
    assert not screen("110105194912310021", "zh")
    assert screen("我的身份证110105194912310021", "zh")
    assert screen("银行卡6222021200000000002", "zh")


def test_the_shops_own_contacts_are_left_alone_however_they_are_written() -> None:
    own = ["0571-88123456", "Help@Shop.example", "+86 139 1234 5678"]
    text = "打057188123456或139-1234-5678，或写信help@shop.example，我的是13700001111"
    assert [text[s.start : s.end] for s in screen(text, "zh", own_contacts=own)] == ["13700001111"]
