"""From a case and its rules to obligations: what starts, what ends, and why; how that is explained."""
