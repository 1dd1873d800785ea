// Who received from many within a window: payers counted once each.
// $case (text): the case
// $since (whole number): begin, microseconds UTC since 1970
// $until (whole number): end; the end itself is left out
// $payers (whole number): payers at least
MATCH (:Case {id: $case})-[:ADMITS]->(:Source)<-[:READ_FROM]-(b:Batch {state: 'done'})
WITH collect(DISTINCT b.id) AS batches
MATCH (payer:Instrument)-[t:TRANSFER]->(payee:Instrument)
WHERE t.batch IN batches AND (t.cases IS NULL OR $case IN t.cases) AND t.lo >= $since AND t.lo < $until
WITH payee, count(DISTINCT payer) AS payers, count(t) AS payments, min(t.lo) AS first, max(t.lo) AS last
WHERE payers >= $payers
RETURN payee.id AS payee, payee.label AS label, payers, payments, first, last
ORDER BY payers DESC, payments DESC, payee
