#!/usr/bin/env bash
# Ten subscribers through an import at full speed, alone and together with one that reads slowly and one that reads nothing.
#   bench/realtime/slow-readers.sh [sqlite]                       on its embedded default
#   bench/realtime/slow-readers.sh postgres CONNECTION-STRING     on an empty PostgreSQL database
#   BUNDLES=DIR bench/realtime/slow-readers.sh …                  imports the transaction bundles of that folder; otherwise bundles of 10 KB resources are made
set -eu
cd "$(dirname "$0")/../.."
. bench/own-server.sh

echo "engine $engine, $(nproc) cores, load before $(cut -d' ' -f1-3 /proc/loadavg)"
measured slow-readers --workers 2 --requests "${REQUESTS:-400}" --seconds 120 ${BUNDLES:+--bundles "$BUNDLES"}
echo "load after $(cut -d' ' -f1-3 /proc/loadavg)"
