"""Launch measurements by others: sev-snp-measure for SEV, SEV-ES and SEV-SNP, and for TDX a
calculation of its own, written from the specifications alone.

Reads {"guests": [...]} and prints {"answers": [...], "models": {...}}. An answer
has a value, for SEV-ES with that of save areas without floating point registers too, or a refusal.
"""

import contextlib
import hashlib
import json
import pathlib
import sys
import uuid

from sevsnpmeasure import vmsa
from sevsnpmeasure.guest import calc_launch_digest
from sevsnpmeasure.sev_mode import SevMode
from sevsnpmeasure.vcpu_types import CPU_SIGS


@contextlib.contextmanager
def save_areas_with(**fields):
    """Has the tool build its save areas with other values in some fields."""
    build = vmsa.VMSA.build_save_area

    def build_with(*arguments):
        area = build(*arguments)
        for name, value in fields.items():
            setattr(area, name, value)
        return area

    vmsa.VMSA.build_save_area = staticmethod(build_with)
    try:
        yield
    finally:
        vmsa.VMSA.build_save_area = staticmethod(build)


def launch_digest(guest):
    """What the tool makes of a guest, in its own way."""
    model, features = guest.get("model"), guest["features"]
    return calc_launch_digest(
        SevMode.from_str(guest["type"]), guest["vcpus"], CPU_SIGS.get(model, guest["signature"]),
        guest["firmware"], guest.get("kernel"), guest.get("initrd"), guest.get("cmdline"),
        features).hex()


def save_area_digests(guest):
    """The tool's digest of a SEV-ES guest, and the one without floating point registers.

    The tool takes features of SEV-SNP guests only, so that those of SEV-ES are put in by hand.
    """
    features = {"sev_features": guest["features"]} if guest["features"] else {}
    with save_areas_with(**features):
        value = launch_digest(guest)
    with save_areas_with(**features, mxcsr=0, x87_fcw=0):
        return {"value": value, "withoutFloatingPoint": launch_digest(guest)}


# Intel TDX Virtual Firmware Design Guide 344991: an entry of the table of GUIDed structures has
# the descriptor's distance from the end of the file before its length and this GUID.
DESCRIPTOR = uuid.UUID("e47a6535-984a-4798-865e-4685a7bf8ec2").bytes_le
PAGE, CHUNK = 4096, 256


def number(image, offset, size):
    return int.from_bytes(image[offset:offset + size], "little")


def sections(image):
    """Data offset, size of data, address, size of memory, type and attributes of each section."""
    entry = image.rindex(DESCRIPTOR)
    start = len(image) - number(image, entry - 6, 4)
    if image[start:start + 4] != b"TDVF":
        raise ValueError("no TDVF descriptor")
    for index in range(number(image, start + 12, 4)):
        section = start + 16 + 32 * index
        yield (
            number(image, section, 4), number(image, section + 4, 4),
            number(image, section + 8, 8), number(image, section + 16, 8),
            number(image, section + 24, 4), number(image, section + 28, 4))


def record(name, address):
    """The 128 bytes that a call of the TDX module puts into the register."""
    return name.ljust(16, b"\0") + address.to_bytes(8, "little") + bytes(104)


def mrtd(guest):
    """MRTD of a domain that has the sections of its firmware, one after the other.

    Intel TDX Module Base Architecture Specification 348549, "Build-Time Measurement Register".
    """
    image = pathlib.Path(guest["firmware"]).read_bytes()
    register = hashlib.sha384()
    for data, size, address, memory, _, attributes in sections(image):
        contents = image[data:data + size].ljust(memory, b"\0") if attributes & 1 else b""
        for page in range(0, memory, PAGE):
            register.update(record(b"MEM.PAGE.ADD", address + page))
            for chunk in range(page, page + PAGE, CHUNK) if attributes & 1 else []:
                register.update(record(b"MR.EXTEND", address + chunk))
                register.update(contents[chunk:chunk + CHUNK])
    return register.hexdigest()


def answer(guest):
    try:
        if guest["type"] == "tdx":
            return {"value": mrtd(guest)}
        if guest["type"] == "sev-es":
            return save_area_digests(guest)
        return {"value": launch_digest(guest)}
    except Exception as error:
        return {"refusal": f"{type(error).__name__}: {error}"}


guests = json.load(sys.stdin.buffer)["guests"]
json.dump({"answers": [answer(guest) for guest in guests], "models": CPU_SIGS}, sys.stdout)
