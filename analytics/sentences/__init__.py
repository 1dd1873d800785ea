"""What leads say, in the languages of the region, as data; ``saying`` fills them in."""
