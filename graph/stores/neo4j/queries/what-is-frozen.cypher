// What is restrained today, or asked for: the latest word on each instrument and asset of a case.
// $case (text): the case
MATCH (j:Judgement {case: $case, kind: 'restraint', stands: true})-[r:RESTRAINS]->(i:Instrument)
WITH i, r.asset AS asset, j, r ORDER BY r.on DESC, j.made DESC, j.id
WITH i, asset, head(collect({state: r.state, until: r.until, amount: r.amount, reference: r.reference, on: r.on, author: j.author})) AS word
WHERE word.state <> 'lifted'
RETURN i.id AS instrument, i.label AS label, asset, word.state AS state, word.until AS until, word.amount AS units,
       word.reference AS reference, word.on AS since, word.author AS author
ORDER BY instrument, asset
