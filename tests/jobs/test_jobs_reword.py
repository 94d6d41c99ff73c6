"""What a model's words are brought into before they are judged."""

from goodword.jobs.reword import cased


def test_a_name_keeps_its_capitals_whatever_the_model_makes_of_them() -> None:
    plain = ["The Rugged Wilderness Parka is made for men.", "It comes in Navy."]
    assert cased("For men: the rugged wilderness parka, in navy.", plain) == (
        "For men: the Rugged Wilderness Parka, in navy."
    )
    assert cased("RUGGED WILDERNESS PARKAS", plain) == "RUGGED WILDERNESS PARKAS"


def test_a_name_with_signs_of_patterns_is_only_a_name() -> None:
    assert cased("the mug (a+b) deluxe", ["The Mug & A-B Deluxe Set."]) == "the mug (a+b) deluxe"


def test_chinese_is_left_as_it_is() -> None:
    assert cased("这款陶瓷杯容量350ml。", ["这款陶瓷杯的容量为350ml。"]) == "这款陶瓷杯容量350ml。"
