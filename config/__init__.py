"""Everything a person may edit: settings, playbooks, platforms."""
