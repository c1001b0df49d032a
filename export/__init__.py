"""How it is drawn: an architecture becomes a drawing, and a drawing becomes SVG, PNG and .drawio."""
