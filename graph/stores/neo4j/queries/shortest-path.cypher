// Every shortest chain of payments from one instrument to another, up to six payments long.
// $case (text): the case
// $from (text): id of the first payer
// $to (text): id of the last payee
// $most (whole number): chains at most
MATCH (:Case {id: $case})-[:ADMITS]->(:Source)<-[:READ_FROM]-(b:Batch {state: 'done'})
WITH collect(DISTINCT b.id) AS batches
MATCH p = ALL SHORTEST
  (a:Instrument {id: $from})(()-[t:TRANSFER WHERE t.batch IN batches AND (t.cases IS NULL OR $case IN t.cases)]->()){1,6}(z:Instrument {id: $to})
WITH [x IN relationships(p) | x.id] AS transfers, [n IN nodes(p) | n.id] AS instruments
RETURN size(transfers) AS payments, instruments, transfers
ORDER BY payments, transfers
LIMIT $most
