#!/usr/bin/env bash
# Charts under a paced load: one call each, beside the same chart gathered by parallel FHIR searches, with one year and ten years of history.
#   bench/fhir/charts.sh [sqlite] | postgres CONNECTION-STRING     RATE=2000 SECONDS_=10 by default
set -eu
cd "$(dirname "$0")/../.."
. bench/own-server.sh

rate=${RATE:-2000}
seconds=${SECONDS_:-10}
echo "engine $engine, $(nproc) cores, load before $(cut -d' ' -f1 /proc/loadavg), $rate charts a second"
for years in 1 10; do
  measured charts --years "$years" --rate "$rate" --requests $((rate * seconds)) --seconds 60 --workers 64
done
echo "and each patient's record changes once a second meanwhile:"
measured charts --years 10 --changes 40 --rate "$rate" --requests $((rate * seconds)) --seconds 60 --workers 64
measured chart-searches --years 1 --rate "$rate" --requests $((rate * seconds)) --seconds 60 --workers 256
