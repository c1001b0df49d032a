"""What the site shows that is made from the project itself: live diagrams, tables, draw.io's viewer."""
