"""File processing: pictures, documents and text are checked, treated, kept and found again."""
