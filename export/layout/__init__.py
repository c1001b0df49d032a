"""Where everything stands: a layout is a function from a Sketch to a Placement."""
