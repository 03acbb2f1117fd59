"""What is entered on the visit board, as Django forms."""
