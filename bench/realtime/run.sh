#!/usr/bin/env bash
# From a committed write to the frame at a subscriber, on this machine.   bench/realtime/run.sh [sqlite|postgres] [writes per second] [seconds] [more listeners]
set -eu
cd "$(dirname "$0")/../.."
dotnet build bench/realtime -c Release -v q -nologo
echo "$(nproc) cores, load before $(cut -d' ' -f1 /proc/loadavg)"
exec dotnet bench/realtime/bin/Release/net10.0/Vagus.Bench.Realtime.dll "$@"
