#!/usr/bin/env bash
# What a write costs while searches are kept open, on this machine.   bench/live-search/run.sh [sqlite|postgres] [writes] [searches ...]
set -eu
cd "$(dirname "$0")/../.."
dotnet build bench/live-search -c Release -v q -nologo
echo "$(nproc) cores, load before $(cut -d' ' -f1 /proc/loadavg)"
exec dotnet bench/live-search/bin/Release/net10.0/Vagus.Bench.LiveSearch.dll "$@"
