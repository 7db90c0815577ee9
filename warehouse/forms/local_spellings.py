"""What one authority calls things: `<landing>/<la_code>/authority.toml`, read into the words of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class LocalSpellings:
    """An authority's own headers, sheet names, codes, statuses and team names, and the days on which it is closed.

    `headers` maps a table (or `List 3`) to its local headers and what each means; `sheets` a sheet name to a table or
    list. Both compare as headers do, folded.
    """

    headers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sheets: Mapping[str, str] = field(default_factory=dict)
