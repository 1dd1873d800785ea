"""Parts of the reader of Ethereum-like chains: saved answers, tokens, transfers, coin, fees, columns."""
