"""`python -m zhulian.gateway`: serve the node of $ZHULIAN_HOME on $ZHULIAN_PORT."""

import sys

from zhulian.gateway.serve import main

if __name__ == "__main__":
    sys.exit(main())
