// The steps of a trace under one rule, in their order.
// A step that reaches no instrument (what a conversion costs) is in the trace itself and not drawn.
// $trace (text): id of the trace
// $rule (text): fifo, lifo, pro_rata_rolling, own_first or tainted_first
MATCH (trace:Trace {id: $trace})-[h:HOP {rule: $rule}]->(payee:Instrument)
OPTIONAL MATCH (payer:Instrument {id: h.payer})
RETURN h.n AS step, h.at AS at, payer.id AS payer, payer.label AS payer_label, payee.id AS payee,
       payee.label AS payee_label, h.amount AS amount, h.asset AS asset, h.traced AS traced, h.observation AS observation
ORDER BY step, payee
