"""Two plug-ins in one small distribution."""
