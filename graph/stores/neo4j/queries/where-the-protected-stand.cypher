// Where victims and witnesses stand in a case, as tokens: whom they paid, who paid them, how often.
// $case (text): the case
MATCH (:Case {id: $case})-[:ADMITS]->(:Source)<-[:READ_FROM]-(b:Batch {state: 'done'})
WITH collect(DISTINCT b.id) AS batches
MATCH (token:Instrument {protected: true})
MATCH (token)-[t:TRANSFER]-(other:Instrument)
WHERE t.batch IN batches AND (t.cases IS NULL OR $case IN t.cases)
RETURN token.id AS token, token.label AS label, CASE WHEN startNode(t) = token THEN 'paid' ELSE 'was paid by' END AS side,
       other.id AS other, count(DISTINCT t) AS payments, min(t.lo) AS first, max(t.lo) AS last
ORDER BY token, side, other
