"""Django apps that every room stands on."""
