"""Parts of the TRON reader: saved answers, their entries, chains of pages, look-alike tokens."""
