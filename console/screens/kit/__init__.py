"""What every screen and dialog is made of."""
