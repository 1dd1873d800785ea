"""Fetchers ask a live origin and save its answers as originals; they interpret nothing."""
