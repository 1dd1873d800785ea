"""One module a screen; each has ``create_router(desk, press)`` and is found by being here."""
