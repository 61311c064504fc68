#!/usr/bin/env python3
"""A made-up statutory list of any size, with settings to try it: hosts, pages, pages with queries, IPv4 and IPv6, a fifth each.

    python3 tests/data/made_up_list.py FOLDER [ENTRIES]      25,000 entries unless told otherwise
    cd FOLDER
    lifeguard -c lifeguard.toml ca init
    lifeguard -c lifeguard.toml accredit --suite statutory

Every name ends in .test, .example or .invalid, every number is of a range for documentation or benchmarks (RFC 2606, 5737, 2544, 3849):
none of them can exist. The same number of entries gives the same list, byte by byte.
"""

import ipaddress
import pathlib
import sys

ENDINGS = ["test", "example", "invalid"]
WORDS = ["amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbour", "inlet", "juniper", "kelp", "larch", "meadow"]
PATHS = ["a/b/{w}-{n}.html", "gallery/{n}", "{w}/", "caf%C3%A9/{n}", "{w}.php", "Deep/Er/{w}/{n}.JPG", "with%20blank/{n}", "~{w}/{n}"]
QUERIES = ["id={n}", "id={n}&lang=en", "q={w}+{n}&page=2", "v={n}&list={w}", "name=stra%C3%9Fe&no={n}"]

SETTINGS = """[site]
name = "Made-up entries"
[proxy]
listen = ["127.0.0.1:0"]
[lists]
folder = "compiled"
[log]
folder = "log"
[https]
authority = "authority"
[[lists.source]]
name = "made-up"
kind = "statutory"
format = "lines"
path = "made-up.txt"
[[group]]
name = "opened"
https = "selective"
bare_addresses = "allow"
"""


def host(number):
    word, ending = WORDS[number % len(WORDS)], ENDINGS[number % len(ENDINGS)]
    # Most have their own domain; some are deep, some share a domain with others, some are written in another script.
    shapes = [f"{word}-{number}", f"www.{word}{number}", f"a.b.{word}-{number}", f"user{number}.{word}-hosting"]
    shape = shapes[number % 4] if number % 50 else f"b\u00fccher-{number}"
    return f"{shape}.{ending}"


def page(number):
    return PATHS[number % len(PATHS)].format(n=number, w=WORDS[number % len(WORDS)])


def query(number):
    return QUERIES[number % len(QUERIES)].format(n=number, w=WORDS[number % len(WORDS)])


def number_v4(number):
    ranges = [ipaddress.ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15")]
    for one in ranges:
        if number < one.num_addresses:
            return str(one[number])
        number -= one.num_addresses
    raise ValueError("there are no more numbers that cannot exist")


def number_v6(number):
    return f"[{ipaddress.ip_network('2001:db8::/32')[number * 65537 + 1]}]"


def entries(count):
    for at in range(count):
        kind, number = at % 5, at // 5
        if kind == 0:
            yield "listed-" + host(number)
        elif kind == 1:
            # Three pages on each host.
            yield f"pages-{host(number // 3)}/{page(number)}"
        elif kind == 2:
            yield f"view-{host(number // 3)}/show.php?{query(number)}"
        else:
            address = number_v4(number) if kind == 3 else number_v6(number)
            yield address if number % 2 else f"{address}/{page(number)}"


def main(arguments):
    if len(arguments) not in (1, 2):
        sys.exit(__doc__)
    folder, count = pathlib.Path(arguments[0]), int(arguments[1]) if len(arguments) == 2 else 25_000
    folder.mkdir(parents=True, exist_ok=True)
    lines = list(dict.fromkeys(entries(count)))
    (folder / "made-up.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "lifeguard.toml").write_text(SETTINGS, encoding="utf-8")
    print(f"{len(lines)} entries in {folder / 'made-up.txt'}")


if __name__ == "__main__":
    main(sys.argv[1:])
