"""The network's charter, and what its members decide by it: who comes in, who is suspended; who leaves."""
