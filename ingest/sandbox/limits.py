"""How much a reader may take, by the size of its file."""

from __future__ import annotations

from dataclasses import asdict, dataclass

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one child.

    Attributes
    ----------
    memory : int
        Address space in bytes.
    cpu, wall : int
        Seconds of processor, and by the clock.
    output : int
        Bytes of the largest file it may write.
    files : int
        Open files.
    """

    memory: int = 1024 * _MIB
    cpu: int = 60
    wall: int = 180
    output: int = 256 * _MIB
    files: int = 64

    @classmethod
    def of(cls, size: int) -> Limits:
        """Return the limits for a file of ``size`` bytes: the base, and more only for large files.

        Examples
        --------
        >>> Limits.of(4096) == Limits(), Limits.of(1 << 30).cpu
        (True, 949)
        """
        more = max(0, size - 8 * _MIB)
        seconds = more * 7 // (8 * _MIB)
        return cls(
            memory=1024 * _MIB + 24 * more,
            cpu=60 + seconds,
            wall=180 + 3 * seconds,
            output=256 * _MIB + 12 * more,
        )

    def as_numbers(self) -> dict[str, int]:
        """Return the limits as data."""
        return asdict(self)
