// Where the claimed money is at the end of a trace, under each rule side by side.
// $trace (text): id of the trace
MATCH (:Trace {id: $trace})-[h:HOLDS_UNDER]->(i:Instrument)
RETURN i.id AS instrument, i.label AS label, h.asset AS asset, h.rule AS rule, h.amount AS amount, h.claim AS claim,
       h.least AS least, h.most AS most
ORDER BY instrument, asset, rule
