// Readings that are not wholly in the graph: a push was broken off, or is at work now.
MATCH (b:Batch) WHERE b.state <> 'done'
RETURN b.id AS batch, b.source AS source, b.reader AS reader, b.state AS state
ORDER BY batch
