"""Three plug-ins in one small distribution."""
