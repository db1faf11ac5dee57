"""Jumps of the machine's clock."""

import pytest

from zhulian.node.clock import BEHIND_MS_MAX, JUMP_MS_MAX, GuardedClock
from zhulian.node.errors import ClockBehind, StopNode

NOW = 1_766_880_000_000


class _Hands:
    wall = NOW
    uptime = 5_000

    def pass_ms(self, milliseconds: int) -> None:
        self.wall += milliseconds
        self.uptime += milliseconds


def _clock() -> tuple[GuardedClock, _Hands]:
    hands = _Hands()
    return GuardedClock(lambda: hands.wall, lambda: hands.uptime), hands


def test_clock__runs_for_days() -> None:
    clock, hands = _clock()
    for _ in range(100):
        hands.pass_ms(86_400_000)
        assert clock.now_ms() == hands.wall
    assert clock.now() == hands.wall // 1000


@pytest.mark.parametrize("sign", [1, -1])
def test_clock__takes_a_correction_and_stops_at_a_jump(sign: int) -> None:
    clock, hands = _clock()
    hands.pass_ms(60_000)
    hands.wall += sign * JUMP_MS_MAX
    assert clock.now_ms() == hands.wall
    hands.wall += sign
    with pytest.raises(StopNode) as caught:
        clock.now_ms()
    assert caught.value.reason.code == "node/12"


def test_start__refuses_a_clock_behind_the_newest_block() -> None:
    clock, _ = _clock()
    clock.check_start(0)
    clock.check_start(NOW + BEHIND_MS_MAX)
    with pytest.raises(ClockBehind) as caught:
        clock.check_start(NOW + BEHIND_MS_MAX + 1)
    assert "--confirm-clock" in caught.value.say("zh")
    assert caught.value.fields["now"] == "2025-12-28 00:00:00Z"
    clock.check_start(NOW + BEHIND_MS_MAX + 1, confirmed=True)


def test_clock__of_this_machine_is_in_milliseconds() -> None:
    assert GuardedClock().now_ms() > NOW
