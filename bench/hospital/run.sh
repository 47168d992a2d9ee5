#!/usr/bin/env bash
# Real servers on this machine under the load of a hospital, or two nodes of which one is killed.   bench/hospital/run.sh nodes|day …
set -eu
cd "$(dirname "$0")/../.."
dotnet build bench/hospital -c Release -v q -nologo -p:SkipWeb=true
exec dotnet bench/hospital/bin/Release/net10.0/Vagus.Bench.Hospital.dll "$@"
