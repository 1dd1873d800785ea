// What a lead rests on: each observation that it cites, with its place, and the payment where it is drawn.
// $lead (text): id of the lead
MATCH (lead:Lead {id: $lead})-[c:CITES]->(s:Source)
UNWIND c.observations AS observation
OPTIONAL MATCH (payer:Instrument)-[t:TRANSFER]->(payee:Instrument) WHERE t.id STARTS WITH observation + '/'
OPTIONAL MATCH (e:Entry) WHERE e.id STARTS WITH observation + '/'
RETURN lead.typology AS typology, observation, s.sha256 AS source,
       coalesce(t.locator, e.locator) AS locator, coalesce(t.lo, e.lo) AS lo,
       payer.id AS payer, payee.id AS payee, coalesce(t.amount, e.amount) AS amount,
       coalesce(t.asset, e.asset) AS asset, coalesce(t.id, e.id) AS row
ORDER BY lo, observation, row
