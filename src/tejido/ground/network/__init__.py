"""Networks: their spaces, who is in them, how one joins, and the exchange between nodes."""
