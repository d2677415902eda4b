"""Mail, meetings and their answers by an Exchange Server of the authority's own (EWS)."""
