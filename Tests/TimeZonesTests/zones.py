"""Writes what Python's zoneinfo, the C library and Python's email say of times: the other side of ZoneTests and
TimeTextTests. The first argument seeds what is drawn."""
import datetime
import email.utils
import os
import random
import struct
import sys
import time
import zoneinfo

dice = random.Random(int(sys.argv[1]))
epoch = datetime.datetime(1970, 1, 1)
utc = datetime.timezone.utc
first, last = -2208988800, 4102444800  # 1900 to 2100
names = sorted(zoneinfo.available_timezones() - {"localtime", "posixrules"})


def transitions(name):
    """The moments at which the file of a zone has a change, between 1900 and 2100."""
    data = open("/usr/share/zoneinfo/" + name, "rb").read()
    at = 0
    for size in (4, 8):
        counts = struct.unpack(">6l", data[at + 20 : at + 44])
        at += 44
        if size == 8:
            return [t for t in struct.unpack(f">{counts[3]}q", data[at : at + 8 * counts[3]]) if first < t < last]
        at += counts[3] * 5 + counts[4] * 6 + counts[5] + counts[2] * 8 + counts[1] + counts[0]


def moments(name):
    found = [dice.randrange(first, last) for _ in range(15)] + [dice.randrange(2145916800, last) for _ in range(10)]
    changes = transitions(name)
    near = dice.sample(changes, min(len(changes), 12))
    found += [t + d for t in near for d in dice.sample([-7201, -3601, -1, 0, 1, 1799, 3599, 3600, 7200], 3)]
    return found


for name in names:
    zone = zoneinfo.ZoneInfo(name)
    os.environ["TZ"] = ":" + name
    time.tzset()
    for moment in moments(name):
        local = datetime.datetime.fromtimestamp(moment, zone)
        offset = int(local.utcoffset().total_seconds())
        print("moment", name, moment, offset, time.localtime(moment).tm_isdst, local.tzname(), sep="\t")
        # The same clock, a little before and after, is sometimes shown twice or never.
        wall = moment + offset + dice.choice([0, -1800, 1800, 3600])
        naive = epoch + datetime.timedelta(seconds=wall)
        both = [int(naive.replace(tzinfo=zone, fold=fold).timestamp()) for fold in (0, 1)]
        shown = [datetime.datetime.fromtimestamp(t, zone).replace(tzinfo=None, fold=0) == naive for t in both]
        print("local", name, wall, *both, "gap" if not any(shown) else "there", sep="\t")

os.environ["TZ"] = "UTC"
time.tzset()
letters = "aAbBcCdDeFgGhHIjmMpRSTuUVwWxXyYzZ"
for _ in range(2000):
    moment = dice.randrange(-30610224000, 253402300800)  # 1000 to 9999
    shown = time.strftime("|".join("%" + letter for letter in letters), time.gmtime(moment))
    print("format", moment, "|".join("%" + letter for letter in letters), shown, sep="\t")

for _ in range(2000):
    offset = datetime.timezone(datetime.timedelta(minutes=dice.randrange(-14 * 60, 14 * 60 + 1)))
    moment = datetime.datetime.fromtimestamp(dice.randrange(-30610224000, 253402300800 - 86400), utc)
    there = moment.astimezone(offset)
    seconds = int((moment.replace(tzinfo=None) - epoch).total_seconds())
    print("text", there.isoformat(), seconds, sep="\t")
    print("text", there.isoformat(dice.choice(" T")).replace("+00:00", "Z"), seconds, sep="\t")
    print("text", email.utils.format_datetime(there), seconds, sep="\t")
    print("text", email.utils.format_datetime(moment, usegmt=True), seconds, sep="\t")
    short = there.strftime("%d %b %Y %H:%M %z (%a)")
    whole = seconds - there.second
    assert int(email.utils.parsedate_to_datetime(short).timestamp()) == whole
    print("text", short, whole, sep="\t")
    print("internet", seconds, moment.isoformat().replace("+00:00", "Z"), sep="\t")
