"""The joins behind ``links``: which rows may belong together, and which do.

``place`` 0 is the new batch. A stored rail's first byte tells its kind: 0 a receipt, 1 a UETR,
above that a chain.
"""

from __future__ import annotations

ROWS = """
    WITH stored AS (
        SELECT r.obs, r.lo, r.hi, r.seq, r.form::VARCHAR AS form, r.a, r.b, r.kind::VARCHAR AS kind,
               r.debit, r.credit, r.amount, r.asset::VARCHAR AS asset, r.digits, r.statement, r.balance,
               r.rail::BLOB AS rail, r.reverses::BLOB AS reverses, f.place, f.source,
               f.start + r.file_row_number AS row
        FROM read_parquet($1) r JOIN files f USING (file_index)),
    nodes AS (
        SELECT f.place, n.node, n.id::BLOB AS id, n.known
        FROM read_parquet($2) n JOIN node_files f USING (file_index)),
"""

_WITH_ENDS = """
    SELECT c.* EXCLUDE (debit, credit, statement), d.id AS debit, d.known AS debit_known, k.id AS credit,
           k.known AS credit_known, s.id AS statement
    FROM chosen c
    LEFT JOIN nodes d ON d.place = c.place AND d.node = c.debit
    LEFT JOIN nodes k ON k.place = c.place AND k.node = c.credit
    LEFT JOIN nodes s ON s.place = c.place AND s.node = c.statement
"""

_BY_RAIL = """
    new_rails AS (SELECT DISTINCT rail FROM stored WHERE place = 0 AND rail IS NOT NULL),
    old_rails AS (
        SELECT DISTINCT rail FROM stored
        WHERE place <> 0 AND rail IN (SELECT rail FROM new_rails)),
    twice AS (
        SELECT rail FROM stored WHERE place = 0 AND rail >= '\\x02'::BLOB
        GROUP BY rail HAVING count(DISTINCT obs) > 1),
    taken_back AS (
        SELECT DISTINCT reverses AS rail FROM stored WHERE place = 0 AND reverses IS NOT NULL
        UNION
        SELECT DISTINCT reverses FROM stored
        WHERE place <> 0 AND reverses IS NOT NULL AND reverses IN (SELECT rail FROM new_rails)),
    wanted AS (
        SELECT rail FROM old_rails UNION SELECT rail FROM twice UNION SELECT rail FROM taken_back),
    chosen AS (
        SELECT * FROM stored
        WHERE rail IN (SELECT rail FROM wanted) OR reverses IN (SELECT rail FROM wanted))
"""
INVOLVED_RAILS = _BY_RAIL + _WITH_ENDS

_BY_STATEMENT = """
    own AS (
        SELECT s.*, n.id AS account FROM stored s JOIN nodes n ON n.place = s.place AND n.node = s.statement
        WHERE s.balance IS NOT NULL),
    shared AS (
        SELECT DISTINCT x.account, x.lo, x.hi, x.amount, x.asset, x.balance
        FROM own x JOIN own y ON x.account = y.account AND x.lo = y.lo AND x.hi = y.hi AND x.amount = y.amount
             AND x.asset = y.asset AND x.balance = y.balance
        WHERE x.place = 0 AND y.place <> 0 AND x.source <> y.source),
    chosen AS (
        SELECT own.* EXCLUDE (account) FROM own
        SEMI JOIN shared USING (account, lo, hi, amount, asset, balance))
"""
INVOLVED_STATEMENTS = _BY_STATEMENT + _WITH_ENDS

TEXTS = """
    SELECT f.place, t.obs, string_agg(coalesce(t.text, ''), chr(31) ORDER BY t.part) AS text
    FROM read_parquet($1) t JOIN files f USING (file_index)
    WHERE t."table"::VARCHAR = 'rows' AND (f.place, t.obs) IN (SELECT (i.place, i.obs) FROM involved i)
    GROUP BY f.place, t.obs
"""

_PAIR = """
    x.place AS x_place, x.form AS x_form, x.a AS x_a, x.b AS x_b,
    y.place AS y_place, y.form AS y_form, y.a AS y_a, y.b AS y_b
"""

RECEIPT = f"""
    WITH sides AS (
        SELECT *, debit AS instrument, -1 AS sign FROM involved WHERE debit_known AND rail < '\\x01'::BLOB
        UNION ALL
        SELECT *, credit AS instrument, 1 AS sign FROM involved WHERE credit_known AND rail < '\\x01'::BLOB),
    counted AS (
        SELECT *, row_number() OVER (
            PARTITION BY place, rail, instrument, sign, amount, digits, asset, kind
            ORDER BY lo, seq, a, b, row
        ) AS nth FROM sides)
    SELECT DISTINCT {_PAIR}, 'receipt' AS rule
    FROM counted x JOIN counted y
      ON x.rail = y.rail AND x.instrument = y.instrument AND x.sign = y.sign AND x.asset = y.asset
     AND x.kind = y.kind AND x.nth = y.nth AND x.amount IS NOT DISTINCT FROM y.amount
     AND x.digits IS NOT DISTINCT FROM y.digits
    WHERE x.place = 0 AND y.place <> 0 AND x.source <> y.source
"""  # noqa: S608 - no value is pasted in

ALONE = f"""
    WITH signed AS (
        SELECT *, CASE WHEN statement = debit AND debit IS DISTINCT FROM credit THEN -1
                       WHEN statement = credit AND debit IS DISTINCT FROM credit THEN 1 ELSE 0 END AS sign
        FROM involved WHERE rail >= '\\x01'::BLOB)
    SELECT DISTINCT {_PAIR}, CASE WHEN x.rail >= '\\x02'::BLOB THEN 'chain' ELSE 'uetr' END AS rule
    FROM signed x JOIN signed y ON x.rail = y.rail AND x.asset = y.asset AND x.kind = y.kind
    WHERE x.place = 0 AND (y.place <> 0 OR x.obs < y.obs)
      AND (x.source <> y.source OR (
           x.rail >= '\\x02'::BLOB AND x.amount IS NOT DISTINCT FROM y.amount
           AND x.digits IS NOT DISTINCT FROM y.digits AND x.debit IS NOT DISTINCT FROM y.debit
           AND x.credit IS NOT DISTINCT FROM y.credit))
      AND (x.debit IS NOT DISTINCT FROM x.credit
           OR NOT (coalesce(x.debit = y.credit AND x.debit_known, false)
                   OR coalesce(x.credit = y.debit AND x.credit_known, false)))
      AND (x.sign = 0 OR y.sign = 0
           OR x.sign = CASE WHEN x.statement = y.statement THEN y.sign ELSE -y.sign END)
"""  # noqa: S608

REVERSES = f"""
    SELECT DISTINCT {_PAIR}, 'rail' AS rule
    FROM involved x JOIN involved y ON x.reverses = y.rail AND x.asset = y.asset
    WHERE (x.place = 0 OR y.place = 0) AND (x.place <> y.place OR x.obs <> y.obs)
      AND (x.kind = y.kind OR (x.kind = 'reversal' AND y.kind = 'principal'))
      AND x.rail IS DISTINCT FROM y.rail
"""  # noqa: S608

STATEMENT = f"""
    WITH told AS (
        SELECT i.*, coalesce(t.text, '') AS text,
               CASE WHEN i.statement = i.debit THEN -1 WHEN i.statement = i.credit THEN 1 ELSE 0 END AS sign
        FROM involved i LEFT JOIN texts t ON t.place = i.place AND t.obs = i.obs),
    counted AS (
        SELECT *, row_number() OVER (
            PARTITION BY place, statement, lo, hi, amount, asset, sign, balance, text
            ORDER BY seq, a, b, row
        ) AS nth FROM told)
    SELECT DISTINCT {_PAIR}, 'statement' AS rule
    FROM counted x JOIN counted y
      ON x.statement = y.statement AND x.lo = y.lo AND x.hi = y.hi AND x.amount = y.amount
     AND x.asset = y.asset AND x.sign = y.sign AND x.balance = y.balance AND x.text = y.text AND x.nth = y.nth
    WHERE x.place = 0 AND y.place <> 0 AND x.source <> y.source
"""  # noqa: S608
