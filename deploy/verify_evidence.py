#!/usr/bin/env python3
"""Checks a file from `lifeguard logs prove` or `lifeguard logs evidence`, or a folder from `lifeguard accredit --out`, without Lifeguard.

Written from the page src/manual/evidence.rs alone. Needs Python 3 and the package `cryptography` (Debian: python3-cryptography).

    verify_evidence.py FILE_OR_FOLDER [--key FINGERPRINT]

Exit code 0: every record in the file is in the log, or every file of the folder is as it was signed. 1: it is not shown. 2: wrong use.
"""

import base64
import hashlib
import json
import os
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Refused(Exception):
    """The file shows nothing: why."""


def demand(condition, why):
    if not condition:
        raise Refused(why)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def unbase64(text, length=None):
    demand(isinstance(text, str) and re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", text), "not base64")
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused("not base64") from error
    demand(base64.b64encode(raw).decode() == text, "base64 in another spelling")
    demand(length is None or len(raw) == length, "wrong number of bytes")
    return raw


def number(text):
    demand(re.fullmatch(r"0|[1-9][0-9]{0,18}", text), "not a number")
    return int(text)


def is_name(name):
    return name != "" and "+" not in name and not any(c.isspace() for c in name)


class Key:
    def __init__(self, text):
        parts = text.split("+", 2)
        demand(len(parts) == 3 and is_name(parts[0]), "not a key")
        raw = unbase64(parts[2], 33)
        demand(raw[0] == 1, "not an Ed25519 key")
        self.name, self.public = parts[0], raw[1:]
        self.id = sha256(self.name.encode(), b"\n", raw)[:4]
        demand(parts[1] == self.id.hex(), "a key with another id")

    def fingerprint(self):
        return sha256(self.public).hex()

    def signed(self, note):
        if (note.name, note.id) != (self.name, self.id):
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(note.signature, note.text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


class Note:
    def __init__(self, whole):
        text, gap, line = whole.partition("\n\n")
        demand(gap and text and not text.startswith("\n"), "not a note")
        demand(not any(c < " " and c != "\n" for c in text), "not a note")
        match = re.fullmatch("\u2014 ([^ \n]+) ([^ \n]+)\n", line)
        demand(match and is_name(match[1]), "not one signature line")
        raw = unbase64(match[2], 68)
        self.text, self.name, self.id, self.signature = text + "\n", match[1], raw[:4], raw[4:]
        self.lines = text.split("\n")


def value(line, word):
    demand(line.startswith(word + " "), f"no {word}")
    return line[len(word) + 1 :]


class Epoch:
    def __init__(self, note):
        demand(len(note.lines) == 6, "not a note about a key")
        self.epoch = number(value(note.lines[1], "epoch"))
        self.key = Key(value(note.lines[2], "key"))
        self.size = number(value(note.lines[3], "size"))
        self.root = unbase64(value(note.lines[4], "root"), 32)
        value(note.lines[5], "time")
        demand(note.lines[0] == self.key.name + " keys", "a key of another name")


def included(leaf, index, size, proof, root):
    if index >= size:
        return False
    place, last, node = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = sha256(b"\x01", beside, node)
            while place & 1 == 0 and place > 0:
                place, last = place >> 1, last >> 1
        else:
            node = sha256(b"\x01", node, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def read_line(line, fields=None):
    try:
        found = json.loads(line)
    except ValueError as error:
        raise Refused("not JSON") from error
    demand(isinstance(found, dict), "not an object")
    if fields:
        demand(list(found) == fields, "other fields than there should be")
        demand(json.dumps(found, separators=(",", ":"), ensure_ascii=False) == line, "JSON in another spelling")
    return found


class File:
    def __init__(self, raw, fingerprint):
        self.raw, self.fingerprint = raw, fingerprint
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Refused("not UTF-8") from error
        demand(text.endswith("\n"), "cut off")
        self.lines = text[:-1].split("\n")
        self.at, self.epochs, self.records, self.withheld, self.enclosed = 0, [], 0, 0, []

    def kind(self):
        demand(self.at < len(self.lines), "cut off")
        kind = read_line(self.lines[self.at]).get("kind")
        demand(isinstance(kind, str), "a line without a kind")
        return kind

    def take(self, *fields):
        demand(self.at < len(self.lines), "cut off")
        found = read_line(self.lines[self.at], ["kind", *fields])
        self.at += 1
        return found

    def note(self, kind):
        found = self.take("note")
        demand(found["kind"] == kind and isinstance(found["note"], str), f"no {kind} here")
        return Note(found["note"])

    def check(self):
        first = self.take("version")
        demand(first["kind"] in ("lifeguard-proof", "lifeguard-evidence") and first["version"] == 1, "another format")
        is_evidence = first["kind"] == "lifeguard-evidence"
        while self.kind() == "key":
            self.take_key(self.note("key"))
        self.take_head(self.note("head"), is_evidence)
        last = -1
        while self.at < len(self.lines) and self.kind() == "record":
            last = self.take_record(last)
        if is_evidence:
            self.take_rest()
        else:
            demand(self.records == 1, "a proof has one record")
        demand(self.at == len(self.lines), "more than there should be")

    def take_key(self, note):
        epoch = Epoch(note)
        if self.epochs:
            before = self.epochs[-1]
            demand(before.key.signed(note) and before.key.name == epoch.key.name, "a key that nobody handed over")
            demand(epoch.epoch == before.epoch + 1 and epoch.size >= before.size, "a key out of order")
        else:
            demand(epoch.key.signed(note), "the first key does not sign for itself")
            known = epoch.epoch == 1 if self.fingerprint is None else epoch.key.fingerprint() == self.fingerprint
            demand(known, "not the key with which the log starts")
        self.epochs.append(epoch)

    def take_head(self, note, is_evidence):
        demand(self.epochs and len(note.lines) >= 5, "not a head")
        size, root = number(note.lines[1]), unbase64(note.lines[2], 32)
        stated, self.time = number(value(note.lines[3], "epoch")), value(note.lines[4], "time")
        place = next((n for n, epoch in enumerate(self.epochs) if epoch.epoch == stated), None)
        demand(place is not None and (is_evidence or place == len(self.epochs) - 1), "a head of another epoch")
        own, later = self.epochs[place], self.epochs[place + 1 :]
        demand(note.lines[0] == own.key.name and own.key.signed(note), "a head that its epoch's key did not sign")
        demand(size > own.size and (not later or size <= later[0].size), "a head outside its epoch")
        demand(not later or size != later[0].size or root == later[0].root, "a head with another root")
        self.size, self.root = size, root

    def take_record(self, last):
        what = "leaf" if "leaf" in read_line(self.lines[self.at]) else "frame"
        found = self.take("index", what, "proof")
        index, proof = found["index"], found["proof"]
        demand(type(index) is int and index > last and isinstance(proof, list), "a record out of order")
        raw = unbase64(found[what], 32 if what == "leaf" else None)
        demand(what == "leaf" or (len(raw) >= 12 and raw[3] == 2), "not the frame of a record")
        leaf = raw if what == "leaf" else sha256(b"\x00", raw)
        demand(included(leaf, index, self.size, [unbase64(h, 32) for h in proof], self.root), f"record {index} is not in the log")
        self.records += 1
        self.withheld += what == "leaf"
        return index

    def take_rest(self):
        demand(self.kind() == "context", "no context")
        self.take_enclosed(read_line(self.lines[self.at]).get("query"))
        self.at += 1
        while self.kind() == "row":
            self.at += 1
        before = "\n".join(self.lines[: self.at]).encode() + b"\n"
        note = self.note("manifest")
        lines = [f"{self.epochs[0].key.name} evidence", f"records {self.records}", "sha256 " + base64.b64encode(sha256(before)).decode()]
        demand(note.lines == lines, "the manifest does not fit")
        demand(any(epoch.key.signed(note) for epoch in self.epochs), "a manifest that the log did not sign")

    def take_enclosed(self, query):
        papers = query.get("enclosed", []) if isinstance(query, dict) else []
        demand(isinstance(papers, list) and all(isinstance(paper, dict) for paper in papers), "not papers")
        for paper in papers:
            name, total = paper.get("name"), paper.get("sha256")
            demand(isinstance(name, str) and re.fullmatch(r"[a-z0-9][a-z0-9.-]*", name), "not the name of a paper")
            demand(isinstance(total, str) and re.fullmatch(r"[0-9a-f]{64}", total), "not the SHA-256 of a paper")
            self.enclosed.append((name, total))

    def check_enclosed(self, folder):
        """Papers that the log's key named, as far as they are here; the names of those that are, and of those that are not."""
        here, gone = [], []
        for name, total in self.enclosed:
            path = os.path.join(folder, name)
            if not os.path.lexists(path):
                gone.append(name)
                continue
            demand(os.path.isfile(path) and not os.path.islink(path), f"{name} is no file")
            with open(path, "rb") as source:
                demand(sha256(source.read()).hex() == total, f"{name} is not the paper under which this was given")
            here.append(name)
        return here, gone

    def check_pack(self, folder):
        demand(self.take("version") == {"kind": "lifeguard-accreditation", "version": 1}, "another format")
        while self.kind() == "key":
            self.take_key(self.note("key"))
        demand(self.epochs, "no key")
        names = []
        while self.kind() == "file":
            found = self.take("name", "bytes", "sha256")
            name, length = found["name"], found["bytes"]
            good = isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", name) and name != MANIFEST
            demand(good and (not names or names[-1] < name) and type(length) is int, "not the line of a file")
            path = os.path.join(folder, name)
            demand(os.path.isfile(path) and not os.path.islink(path), f"{name} is not there")
            with open(path, "rb") as source:
                content = source.read()
            demand(len(content) == length and sha256(content) == unbase64(found["sha256"], 32), f"{name} was changed")
            names.append(name)
        before = "\n".join(self.lines[: self.at]).encode() + b"\n"
        note = self.note("manifest")
        self.time = value(note.lines[1], "time") if len(note.lines) == 4 else ""
        name, total = self.epochs[0].key.name, base64.b64encode(sha256(before)).decode()
        lines = [f"{name} accreditation", f"time {self.time}", f"files {len(names)}", f"sha256 {total}"]
        demand(names and note.lines == lines, "the manifest does not fit")
        demand(any(epoch.key.signed(note) for epoch in self.epochs), "a manifest that the log did not sign")
        demand(self.at == len(self.lines), "more than there should be")
        demand(sorted(os.listdir(folder)) == sorted([*names, MANIFEST]), "a file that the manifest does not name")
        return names


MANIFEST = "manifest.jsonl"


def main_pack(folder, fingerprint):
    file = None
    try:
        path = os.path.join(folder, MANIFEST)
        demand(os.path.isfile(path) and not os.path.islink(path), "there is no manifest.jsonl")
        with open(path, "rb") as source:
            file = File(source.read(), fingerprint)
        names = file.check_pack(folder)
    except Refused as refused:
        print(f"NOT PROVED: {folder}, manifest.jsonl, line {file.at + 1 if file else 1}: {refused}")
        return 1
    print(f"PROVED: {', '.join(names)} are as the installation {file.epochs[0].key.name} signed them,")
    print(f"at {file.time} by its own clock. What they say was measured by the program itself.")
    print(f"The log's first key has the fingerprint {file.epochs[0].key.fingerprint()}.")
    return 0


def main(arguments):
    if len(arguments) not in (1, 3) or (len(arguments) == 3 and arguments[1] != "--key"):
        print(__doc__, file=sys.stderr)
        return 2
    fingerprint = arguments[2] if len(arguments) == 3 else None
    if os.path.isdir(arguments[0]):
        return main_pack(arguments[0], fingerprint)
    with open(arguments[0], "rb") as source:
        raw = source.read()
    file = None
    try:
        file = File(raw, fingerprint)
        file.check()
        here, gone = file.check_enclosed(os.path.dirname(arguments[0]))
    except Refused as refused:
        print(f"NOT PROVED: {arguments[0]}, line {file.at + 1 if file else 1}: {refused}")
        return 1
    print(f"PROVED: {file.records} records ({file.withheld} of them by hash only) are in the log {file.epochs[0].key.name},")
    print(f"untouched, since {file.time}; it held {file.size} records then.")
    if here:
        print(f"The papers under which they were given are the ones that the log signed for: {', '.join(here)}.")
    if gone:
        print(f"Not here, and so not compared: {', '.join(gone)}.")
    print(f"The log's first key has the fingerprint {file.epochs[0].key.fingerprint()}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
