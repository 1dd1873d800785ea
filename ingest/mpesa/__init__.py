"""Parts of the M-Pesa statement reader: pages, printed rows, Details, the chain of balances."""
