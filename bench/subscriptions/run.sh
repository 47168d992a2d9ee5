#!/usr/bin/env bash
# What a write costs while FHIR subscriptions stand, on this machine.   bench/subscriptions/run.sh [sqlite|postgres] [writes] [subscriptions ...]
set -eu
cd "$(dirname "$0")/../.."
dotnet build bench/subscriptions -c Release -v q -nologo
echo "$(nproc) cores, load before $(cut -d' ' -f1 /proc/loadavg)"
exec dotnet bench/subscriptions/bin/Release/net10.0/Vagus.Bench.Subscriptions.dll "$@"
