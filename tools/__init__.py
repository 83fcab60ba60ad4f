"""What `make` calls before there is a project to import."""
