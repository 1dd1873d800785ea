"""Parts of the mapped-table reader: dialects, mappings, columns, signs, order, reconciliation."""
