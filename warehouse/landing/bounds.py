"""What a landed file may be: bounds on its size and on what it unpacks to, so that none fills memory or disk."""

import gzip
import io
import stat
import zlib
from pathlib import Path

from schemas.settings import Operation

_MIB = 1 << 20
_ALWAYS_ALLOWED = 16 * _MIB  # a small file may unpack to this many bytes whatever the ratio
_CHUNK = 1 << 20


class UnreadableFileError(Exception):
    """A file that cannot be used; its arguments are the reasons, which name neither the file nor what a cell says."""


def bytes_of(path: Path, limits: Operation) -> bytes:
    """What a landed file holds. Raises UnreadableFileError for one that is no file, too large or cannot be opened."""
    try:
        # Looked at before it is opened: opening a pipe or a device may wait for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableFileError("it is no regular file; send the table as a file, or leave it out")
        check_size(path, limits)
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(
            f"it cannot be opened ({error.strerror or 'unreadable'}); let the pipeline read it, or send it again"
        ) from error


def check_size(path: Path, limits: Operation) -> None:
    """Raise UnreadableFileError for a file above the limit, before any of it is read."""
    size = path.stat().st_size
    if size > limits.file_size_limit_mib * _MIB:
        raise UnreadableFileError(
            f"it is {size / _MIB:,.1f} MiB, and a file may be {limits.file_size_limit_mib:,} MiB; leave out what the "
            "contract does not need, or raise the setting file_size_limit_mib"
        )


def too_long(cell: str, limits: Operation) -> UnreadableFileError:
    """The error of a cell above the limit; `cell` says which, without its value."""
    return UnreadableFileError(
        f"{cell} is longer than the {limits.cell_length_limit:,} characters that a cell may have; close its quotes or "
        "shorten it, or raise the setting cell_length_limit"
    )


def allowance(size: int, limits: Operation) -> int:
    """How many bytes a file of `size` bytes may unpack to."""
    by_ratio = max(_ALWAYS_ALLOWED, size * limits.decompression_ratio_limit)
    return min(by_ratio, limits.file_size_limit_mib * _MIB)


def unpacks_too_far(size: int, limits: Operation) -> UnreadableFileError:
    """The error of a file of `size` bytes that holds more than its allowance."""
    allowed = allowance(size, limits)
    if allowed == limits.file_size_limit_mib * _MIB:
        why, setting = f"the {limits.file_size_limit_mib:,} MiB that a file may have", "file_size_limit_mib"
    else:
        why = f"the {allowed / _MIB:,.0f} MiB that a packed file of its size may hold"
        setting = "decompression_ratio_limit"
    return UnreadableFileError(
        f"unpacked it is larger than {why}; leave out what the contract does not need, or raise the setting {setting}"
    )


def gunzipped(content: bytes, limits: Operation) -> bytes:
    """The content of a gzip file, unpacked piece by piece and no further than it may."""
    allowed, unpacked, pieces = allowance(len(content), limits), 0, []
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            while piece := stream.read(_CHUNK):
                unpacked += len(piece)
                if unpacked > allowed:
                    raise unpacks_too_far(len(content), limits)
                pieces.append(piece)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFileError("it is not a complete gzip file; send it again") from error
    return b"".join(pieces)
