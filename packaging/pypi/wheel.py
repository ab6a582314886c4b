"""Writes a wheel that carries a binary: wheel.py VERSION TAG BINARY LICENCES... README OUT, by the standard library alone.

https://packaging.python.org/en/latest/specifications/binary-distribution-format/
"""

import base64
import hashlib
import pathlib
import sys
import zipfile

version, tag, binary, *licences, readme, out = sys.argv[1:]
name = f"trustbook-{version}"
binary = pathlib.Path(binary)
info = f"{name}.dist-info"

metadata = f"""Metadata-Version: 2.4
Name: trustbook
Version: {version}
Summary: Builds a vendor's security and privacy pages from facts, and refuses to publish what contradicts them
License-Expression: MIT OR Apache-2.0
{"".join(f"License-File: {pathlib.Path(path).name}" + chr(10) for path in licences)}\
Project-URL: Repository, https://github.com/trustbook/trustbook
Description-Content-Type: text/markdown

{pathlib.Path(readme).read_text(encoding="utf-8")}"""
wheel = "Wheel-Version: 1.0\nGenerator: trustbook\nRoot-Is-Purelib: false\n"
wheel += "".join(f"Tag: py3-none-{platform}\n" for platform in tag.split("."))

files = [(f"{name}.data/scripts/{binary.name}", binary.read_bytes(), 0o755)]
files += [(f"{info}/licenses/{pathlib.Path(path).name}", pathlib.Path(path).read_bytes(), 0o644) for path in licences]
files += [(f"{info}/METADATA", metadata.encode(), 0o644), (f"{info}/WHEEL", wheel.encode(), 0o644)]

record = ""
for path, data, _ in files:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    record += f"{path},sha256={digest},{len(data)}\n"
files.append((f"{info}/RECORD", f"{record}{info}/RECORD,,\n".encode(), 0o644))

with zipfile.ZipFile(pathlib.Path(out) / f"{name}-py3-none-{tag}.whl", "w", zipfile.ZIP_DEFLATED) as archive:
    for path, data, mode in files:
        # The same binary gives the same wheel: an entry has a fixed day.
        entry = zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0))
        entry.external_attr = (0o100000 | mode) << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, data)
