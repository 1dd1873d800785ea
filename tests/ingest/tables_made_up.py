"""Made-up tables and their mappings, for the tests of ingest."""

from __future__ import annotations

from typing import Any

SHA = "cd" * 32

STATEMENT: dict[str, Any] = {
    "name": "made-up-bank",
    "shape": "statement",
    "institution": "EXAMPLE",
    "header": ["Date", "Details", "Ref", "Debit", "Credit", "Balance"],
    "when": {"columns": ["Date"], "formats": ["%d/%m/%Y"], "zone": "Africa/Nairobi"},
    "account": {"value": "0001112223"},
    "amount": {"paid_in": "Credit", "paid_out": "Debit"},
    "asset": {"code": "KES"},
    "balance": "Balance",
    "ref": "Ref",
    "text": ["Details"],
}
STATEMENT_TEXT = (
    "Date,Details,Ref,Debit,Credit,Balance\n"
    '01/09/2026,OPENING DEPOSIT,A1,,"1,000.00","1,000.00"\n'
    "02/09/2026,RENT,A2,400.00,,600.00\n"
    '02/09/2026,SALARY,A3,,"2,000.50","2,600.50"\n'
    '03/09/2026,SHOP,A4,0.50,,"2,600.00"\n'
)

ORDERS: dict[str, Any] = {
    "name": "made-up-orders",
    "shape": "orders",
    "header": [
        "Order No.",
        "Created",
        "Buyer",
        "Seller",
        "Fiat",
        "Amount",
        "Asset",
        "Quantity",
        "Payer",
        "Payee",
        "Receipt",
        "Status",
    ],
    "when": {"columns": ["Created"], "formats": ["%Y-%m-%d %H:%M:%S"], "zone": "UTC"},
    "buyer": {"column": "Buyer", "kind": "exchange", "scope": "example"},
    "seller": {"column": "Seller", "kind": "exchange", "scope": "example"},
    "payer": [{"column": "Payer", "kind": "msisdn"}],
    "payee": [{"column": "Payee", "kind": "msisdn"}],
    "amount": {"column": "Amount"},
    "asset": {"column": "Fiat"},
    "quantity": {"column": "Quantity"},
    "token": {
        "column": "Asset",
        "tokens": {
            "USDT": {"chain": "tron", "contract": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "exponent": 6}
        },
    },
    "rail": {"column": "Receipt", "prefix": "mpesa"},
    "ref": "Order No.",
    "status": "Status",
    "statuses": {"Completed": "completed", "Cancelled": "failed"},
}
ORDERS_TEXT = (
    "Order No.,Created,Buyer,Seller,Fiat,Amount,Asset,Quantity,Payer,Payee,Receipt,Status\n"
    "9001,2026-09-03 09:00:00,7001,7002,KES,13000.00,USDT,100.250000,254700000111,"
    "254700000222,QAA1BB2CC3,Completed\n"
    "9002,2026-09-03 10:00:00,7001,7003,KES,500.00,USDT,3.8,,,,Cancelled\n"
)

TRANSFERS: dict[str, Any] = {
    "name": "made-up-transfers",
    "shape": "transfers",
    "institution": "EXAMPLE",
    "header": ["Time", "From", "To", "Amount", "Charge", "Currency"],
    "when": {"columns": ["Time"], "formats": ["iso"], "zone": "Africa/Nairobi"},
    "payer": [{"column": "From"}],
    "payee": [{"column": "To"}],
    "amount": {"column": "Amount"},
    "fees": [{"column": "Charge"}],
    "asset": {"column": "Currency"},
}
