"""Whole journeys of people through a browser, on real nodes in processes of their own."""
