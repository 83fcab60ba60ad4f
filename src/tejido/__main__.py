"""`python -m tejido`."""

import sys

from tejido.site.cli import main

if __name__ == "__main__":
    sys.exit(main())
