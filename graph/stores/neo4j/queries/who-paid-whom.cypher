// Who paid whom in a case: each pair of instruments with its payments, counted and summed by asset.
// $case (text): the case
// $since (whole number): begin, microseconds UTC since 1970
// $until (whole number): end; the end itself is left out
// $most (whole number): rows at most
MATCH (:Case {id: $case})-[:ADMITS]->(:Source)<-[:READ_FROM]-(b:Batch {state: 'done'})
WITH collect(DISTINCT b.id) AS batches
MATCH (payer:Instrument)-[t:TRANSFER]->(payee:Instrument)
WHERE t.batch IN batches AND (t.cases IS NULL OR $case IN t.cases) AND t.lo >= $since AND t.lo < $until
// A sum is of whole base units; what does not fit into 64 bits is counted, and summed by nobody here.
WITH payer, payee, t.asset AS asset, count(*) AS payments, sum(toInteger(t.amount)) AS units,
     count(CASE WHEN toInteger(t.amount) IS NULL THEN 1 END) AS not_summed, min(t.lo) AS first, max(t.lo) AS last
RETURN payer.id AS payer, payer.label AS payer_label, payee.id AS payee, payee.label AS payee_label,
       asset, payments, units, not_summed, first, last
ORDER BY payments DESC, payer, payee, asset
LIMIT $most
