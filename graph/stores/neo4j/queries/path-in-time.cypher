// Chains of payments that never go back in time, up to four payments long: money can have taken this way.
// $case (text): the case
// $from (text): id of the first payer
// $to (text): id of the last payee
// $most (whole number): chains at most
// An instant of a day's precision is an interval [lo, hi): a payment may follow where it ends after the other begins.
MATCH (:Case {id: $case})-[:ADMITS]->(:Source)<-[:READ_FROM]-(b:Batch {state: 'done'})
WITH collect(DISTINCT b.id) AS batches
MATCH p = (a:Instrument {id: $from})(()-[ts:TRANSFER WHERE ts.batch IN batches AND (ts.cases IS NULL OR $case IN ts.cases)]->()){1,4}(z:Instrument {id: $to})
WHERE all(j IN range(1, size(ts) - 1) WHERE all(i IN range(0, j - 1) WHERE ts[i].lo < ts[j].hi))
WITH [x IN ts | x.id] AS transfers, [n IN nodes(p) | n.id] AS instruments
RETURN size(transfers) AS payments, instruments, transfers
ORDER BY payments, transfers
LIMIT $most
