"""Parts of the goAML reader: streamed elements, the account of leaves, ends, transactions, facts."""
