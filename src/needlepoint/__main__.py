"""`python -m needlepoint` is the `needlepoint` command."""

from needlepoint.cli import main

if __name__ == "__main__":
    main()
