#!/bin/sh
# Rebuild the console's key script from the locked packages. Needs node 18 or later and npm; with an argument it writes there.
set -eu
cd "$(dirname "$0")"
npm ci --ignore-scripts --no-audit --no-fund --omit-lockfile-registry-resolved --loglevel=error
node build.mjs "$@"
