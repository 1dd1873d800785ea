"""Innocent patterns, one file each: computed first and shown beside every lead."""
