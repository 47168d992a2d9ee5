#!/usr/bin/env bash
# The server under bounded load on this machine: creates, reads, searches, import, and commit-to-frame latency.
#   bench/fhir/run.sh [sqlite]                       on its embedded default
#   bench/fhir/run.sh postgres CONNECTION-STRING     on an empty PostgreSQL database
#   BUNDLES=DIR bench/fhir/run.sh …                  imports the transaction bundles of that folder too
# Everything is on 127.0.0.1 and ends by itself; the server gets both cores and shares them with the load.
set -eu
cd "$(dirname "$0")/../.."
. bench/own-server.sh

echo "engine $engine, $(nproc) cores, load before $(cut -d' ' -f1 /proc/loadavg)"
if [ -n "${BUNDLES:-}" ]; then
  echo "the first import finds a cold server, the second a warm one:"
  measured import "$BUNDLES" --workers 4
  measured import "$BUNDLES" --workers 4
fi
measured create --workers 32 --requests 20000 --seconds 30
measured read --workers 16 --requests 100000 --seconds 30
measured search --workers 16 --requests 20000 --seconds 30
measured latency --rate 500 --requests 5000 --seconds 30
