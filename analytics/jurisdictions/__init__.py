"""Dated limits and thresholds of each country, as data with their sources; ``table`` reads them."""
