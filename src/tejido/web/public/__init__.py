"""The public site of a node: what it published, for anybody, without sign-in, cookie or script; and all of it as files."""
