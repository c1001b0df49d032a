"""The code that ships: it runs in Lambda and on EC2, and imports nothing but its own folder."""
