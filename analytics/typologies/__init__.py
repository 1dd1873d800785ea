"""Typologies, one file a row of the catalogue."""
