"""Publishing: chosen voices of a chain for anybody to read and hear, as far as each speaker allows."""
