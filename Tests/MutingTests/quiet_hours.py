"""Writes when quiet hours count by Python's zoneinfo: the other side of QuietHoursTests. Fields: zone, first minute, end,
milliseconds since 1970, 1 where they count."""
import datetime
import random
import zoneinfo

dice = random.Random(2026)
utc = datetime.timezone.utc
zones = [
    "Europe/Rome", "America/New_York", "Asia/Shanghai", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns",
    "Pacific/Apia", "Africa/Casablanca", "America/Santiago", "Pacific/Chatham", "Asia/Beirut", "UTC",
]
hours = [(0, 420), (1320, 420), (1439, 0), (0, 1), (120, 180), (60, 90), (1380, 1439), (150, 149), (720, 780)]


def changes(zone):
    """The minutes of 2025 to 2027 at which the zone's clock is put forward or back."""
    found, time, offset = [], datetime.datetime(2025, 1, 1, tzinfo=utc), None
    while time.year < 2028:
        new = time.astimezone(zone).utcoffset()
        if offset is not None and new != offset:
            found.append(time)
        offset, time = new, time + datetime.timedelta(minutes=30)
    return found


def judge(name, zone, start, end, time):
    local = time.astimezone(zone)
    minute = local.hour * 60 + local.minute
    day = list(range(start, end)) if start < end else [*range(start, 1440), *range(0, end)]
    print(name, start, end, round(time.timestamp() * 1000), int(minute in day), sep="\t")


for name in zones:
    zone = zoneinfo.ZoneInfo(name)
    for start, end in hours:
        for change in changes(zone):
            for minutes in (-121, -61, -31, -1, 0, 29, 30, 59, 60, 119, 120):
                judge(name, zone, start, end, change + datetime.timedelta(minutes=minutes))
        for _ in range(10):
            day = datetime.datetime(2026, 1, 1) + datetime.timedelta(days=dice.randrange(365))
            for minute in (start, end):
                edge = (day + datetime.timedelta(minutes=minute)).replace(tzinfo=zone).astimezone(utc)
                for milliseconds in (-1, 0, 59_999):
                    judge(name, zone, start, end, edge + datetime.timedelta(milliseconds=milliseconds))
