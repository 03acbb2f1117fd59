"""The visit board, signing, papers."""
