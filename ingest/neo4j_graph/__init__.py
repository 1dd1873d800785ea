"""An agency's own Neo4j graph: what a mapping says of it, how saved pages look, how their rows are read."""
