"""Users' layers in the window: opening, style, export."""
