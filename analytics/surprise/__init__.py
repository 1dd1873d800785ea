"""How many equally surprising groups chance would give in this evidence: one currency for all rules.

E is a statistic of counts and never of money; it is kept as a decimal logarithm in floating point and
printed with two digits.
"""
