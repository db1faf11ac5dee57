"""The words that the device module lends to definitions, as data."""

from zhulian.language.expressions.types import BOOL, DURATION, FILE, INT, PARTY, TEXT, TIME, Said, Thing, Words
from zhulian.language.registry import Contract, Parameter, Read, Verb
from zhulian.ledger.overlay import SIGNATURE_STEPS, WRITE_STEPS
from zhulian.modules.device.limits import MEASURING_STEPS, PERIOD_STEPS

__all__ = ["READS", "VERBS"]

_DEVICE, _OWNER = Parameter("device", TEXT), Parameter("owner", PARTY)
_UNTIL, _CERTIFICATE = Parameter("until", TIME), Parameter("certificate", FILE, private=True)
_PERIOD = (_DEVICE, Parameter("since", TIME), Parameter("until", TIME))
_ENROLLING = SIGNATURE_STEPS + 3 * WRITE_STEPS + 4
_FEW = 2 * WRITE_STEPS + 2
_MISSING = ("gap(device, starts, ends) >= 0", "silence(device, starts, ends) >= 0")
"""What is said of any time as soon as a device is enrolled."""
_READ = (
    "lowest(device, starts, ends) <= highest(device, starts, ends)",
    "lowest(device, starts, ends) < 0 || metered(device, starts, ends) >= 0",
    "latest_at(device) < starts || latest_at(device) > ends || latest(device) <= highest(device, starts, ends)",
)
"""What is said of any time in which it has measured."""

READS = (
    Read("enrolled", (_DEVICE,), BOOL, 1, Said("设备{0}已登记且未停用", "the device {0} is enrolled and not retired"), "device"),
    Read(
        "measured",
        (_DEVICE,),
        INT,
        1,
        Said("设备{0}已记录的读数数量", "how many readings of {0} are recorded"),
        "device",
        contract=Contract(axioms=("measured(device) >= 0",)),
    ),
    Read("latest", (_DEVICE,), INT, 1, Said("设备{0}的最新读数", "the newest reading of {0}"), "device"),
    Read("latest_at", (_DEVICE,), TIME, 1, Said("设备{0}最新读数的时间", "when {0} was last read"), "device"),
    Read(
        "metered",
        _PERIOD,
        INT,
        PERIOD_STEPS,
        Said("设备{0}自{1}至{2}的读数合计", "the sum of what {0} read from {1} to {2}"),
        "device",
    ),
    Read(
        "highest",
        _PERIOD,
        INT,
        PERIOD_STEPS,
        Said("设备{0}自{1}至{2}的最高读数", "the highest reading of {0} from {1} to {2}"),
        "device",
        contract=Contract(axioms=("lowest(device, since, until) <= highest(device, since, until)",)),
    ),
    Read(
        "lowest",
        _PERIOD,
        INT,
        PERIOD_STEPS,
        Said("设备{0}自{1}至{2}的最低读数", "the lowest reading of {0} from {1} to {2}"),
        "device",
        contract=Contract(axioms=("lowest(device, since, until) <= highest(device, since, until)",)),
    ),
    Read(
        "gap",
        _PERIOD,
        INT,
        PERIOD_STEPS,
        Said("设备{0}自{1}至{2}缺失的读数数量", "how many readings of {0} are missing from {1} to {2}"),
        "device",
        contract=Contract(axioms=("gap(device, since, until) >= 0",)),
    ),
    Read(
        "silence",
        _PERIOD,
        DURATION,
        PERIOD_STEPS,
        Said("设备{0}自{1}至{2}最长的无读数时间", "the longest time without a reading of {0} from {1} to {2}"),
        "device",
    ),
)

VERBS = (
    Verb(
        "enrol",
        (_DEVICE, _OWNER, Parameter("card", Thing("paper")), _UNTIL, _CERTIFICATE),
        ("owner",),
        _ENROLLING,
        Said(
            "{owner}登记设备{device}（{card}），校准有效期至{until}，校准证书{certificate}",
            "{owner} enrols the device {device} ({card}), calibrated until {until} by {certificate}",
        ),
        "device",
        Contract(
            before=("!enrolled(device)",),
            after=("enrolled(device)", "measured(device) == 0", "metered(device, starts, ends) == 0", *_MISSING),
        ),
    ),
    Verb(
        "calibrate",
        (_DEVICE, _OWNER, _UNTIL, _CERTIFICATE),
        ("owner",),
        _FEW,
        Said(
            "{owner}记录设备{device}的校准，有效期至{until}，校准证书{certificate}",
            "{owner} has the device {device} calibrated until {until} by {certificate}",
        ),
        "device",
        Contract(before=("enrolled(device)",)),
    ),
    Verb(
        "retire_device",
        (_DEVICE, _OWNER, Parameter("why", Words(("broken", "lost", "replaced", "tampered")))),
        ("owner",),
        _FEW,
        Said("{owner}停用设备{device}（{why}）", "{owner} retires the device {device} ({why})"),
        "device",
        Contract(before=("enrolled(device)",), after=("!enrolled(device)",)),
    ),
    Verb(
        "measure",
        (_DEVICE, Parameter("batch", Thing("paper"))),
        (),
        MEASURING_STEPS,
        Said("记录设备{device}签名的测量批次{batch}", "record the batch {batch} that {device} signed"),
        "device",
        Contract(
            before=("enrolled(device)",),
            after=(
                "enrolled(device)",
                "measured(device) > was(measured(device))",
                "latest_at(device) >= was(latest_at(device))",
                *_MISSING,
                *_READ,
            ),
        ),
    ),
)
