"""Outlook messages for tests, as Outlook saves them: properties in an OLE compound file ([MS-CFB], [MS-OXMSG])."""

import datetime as dt
import struct
from itertools import pairwise

_END, _FREE, _IS_FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SECTOR, _MINI_SECTOR, _MINI_BELOW = 512, 64, 4096
_N_FAT = 8
"""Sectors of the table that says which sector follows which: enough for 512 kB."""
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_TEXT, _BYTES, _NUMBER, _TIME, _OBJECT = 0x001F, 0x0102, 0x0003, 0x0040, 0x000D
SENT = dt.datetime(2024, 3, 5, 9, 30, tzinfo=dt.UTC)


class _Sectors:
    """Streams one after another in sectors of one size, with the table of which follows which."""

    def __init__(self, size, table=()):
        self.size, self.table = size, list(table)
        self.held = bytearray(size * len(self.table))

    def lay(self, stream):
        """Add a stream; return its first sector."""
        first, n = len(self.table), -(-len(stream) // self.size)
        self.held += stream.ljust(n * self.size, b"\0")
        self.table += [*range(first + 1, first + n), _END] if n else []
        return first if n else _END


def compound(root):
    """Return a compound file of streams (bytes) and storages (dicts), by name."""
    entries = []

    def enter(name, node, kind):
        at = len(entries)
        entries.append(entry := {"name": name, "kind": kind, "right": _FREE, "child": _FREE, "stream": b""})
        if isinstance(node, bytes):
            entry["stream"] = node
            return at
        names = sorted(node, key=lambda name: (len(name), name.upper()))
        inner = [enter(name, node[name], _STREAM if isinstance(node[name], bytes) else _STORAGE) for name in names]
        for this, following in pairwise(inner):
            entries[this]["right"] = following
        entry["child"] = inner[0] if inner else _FREE
        return at

    enter("Root Entry", root, _ROOT)
    sectors, minis = _Sectors(_SECTOR, [_IS_FAT] * _N_FAT), _Sectors(_MINI_SECTOR)
    directory = sectors.lay(bytes(128 * len(entries)))
    for entry in entries[1:]:
        entry["start"] = (minis if len(entry["stream"]) < _MINI_BELOW else sectors).lay(entry["stream"])
    entries[0] |= {"stream": bytes(minis.held), "start": sectors.lay(bytes(minis.held))}
    mini_table = sectors.lay(_numbers(minis.table))
    listed = b"".join(map(_listed, entries))
    sectors.held[directory * _SECTOR : directory * _SECTOR + len(listed)] = listed
    fat = _numbers(sectors.table).ljust(_N_FAT * _SECTOR, b"\xff")
    sectors.held[: len(fat)] = fat
    header = struct.pack(
        "<8s16xHHHHH6x9I", bytes.fromhex("d0cf11e0a1b11ae1"), 0x3E, 3, 0xFFFE, 9, 6,
        0, _N_FAT, directory, 0, _MINI_BELOW, mini_table, -(-4 * len(minis.table) // _SECTOR), _END, 0,
    )  # fmt: skip
    return header + _numbers([*range(_N_FAT)]).ljust(436, b"\xff") + bytes(sectors.held)


def _numbers(numbers):
    return struct.pack(f"<{len(numbers)}I", *numbers)


def _listed(entry):
    name = entry["name"].encode("utf-16-le")
    return struct.pack(
        "<64sHBB3I16xI16xIQ", name, len(name) + 2, entry["kind"], 1, _FREE, entry["right"], entry["child"], 0,
        entry["start"], len(entry["stream"]),
    )  # fmt: skip


def msg(**told):
    """Return an Outlook message; see `message`."""
    return compound(message(**told))


def message(
    subject="", *, sender=("", ""), to=(), sent=None, body="", html="", attached=(), kind="IPM.Note", is_inner=False
):
    """Return the storage of a message. `to` are (name, address), `attached` are (name, bytes or another storage)."""
    texts = {0x001A: kind, 0x0037: subject, 0x0C1A: sender[0], 0x5D01: sender[1], 0x1000: body}
    values = [(pid, _TEXT, text) for pid, text in texts.items() if text]
    values += [(0x1013, _BYTES, html.encode()), (0x3FDE, _NUMBER, 65001)] if html else []
    values += [(0x0039, _TIME, sent)] if sent else []
    counts = struct.pack("<8x4I", len(to), len(attached), len(to), len(attached))
    storage = _with_properties(counts if is_inner else counts + bytes(8), values)
    for n, (name, address) in enumerate(to):
        values = [(0x3001, _TEXT, name), (0x39FE, _TEXT, address), (0x0C15, _NUMBER, 1)]
        storage[f"__recip_version1.0_#{n:08X}"] = _with_properties(bytes(8), values)
    for n, (name, held) in enumerate(attached):
        is_file = isinstance(held, bytes)
        values = [(0x3705, _NUMBER, 1), (0x3707, _TEXT, name)] if is_file else [(0x3705, _NUMBER, 5)]
        values += [(0x3001, _TEXT, name), (0x3701, _BYTES if is_file else _OBJECT, held)]
        storage[f"__attach_version1.0_#{n:08X}"] = _with_properties(bytes(8), values)
    return storage


def _with_properties(header, values):
    """Return a storage of properties (number, type, value); those of no fixed length are streams of their own."""
    storage, listed = {}, header
    for pid, kind, value in sorted(values, key=lambda one: one[0]):
        if kind == _NUMBER:
            fixed = struct.pack("<Q", value)
        elif kind == _TIME:
            fixed = struct.pack("<Q", int((value - dt.datetime(1601, 1, 1, tzinfo=dt.UTC)).total_seconds()) * 10**7)
        else:
            held = value.encode("utf-16-le") if kind == _TEXT else value
            storage[f"__substg1.0_{pid:04X}{kind:04X}"] = held
            fixed = struct.pack("<Q", _FREE if kind == _OBJECT else len(held) + 2 * (kind == _TEXT))
        listed += struct.pack("<HHI", kind, pid, 6) + fixed
    return storage | {"__properties_version1.0": listed}
