#!/usr/bin/env bash
# Compares samples/Vagus.SocketIO.Echo with the reference server: the server on core 0, the client on core 1.
# Arguments go to the load client, for instance: bench/socketio/run.sh --repeats 5 --only bursts,paced --idle 8000
set -euo pipefail
cd "$(dirname "$0")/../.."
ulimit -n "$(ulimit -Hn)"

dotnet build samples/Vagus.SocketIO.Echo -c Release -v q --nologo
dotnet build bench/socketio/load -c Release -v q --nologo
[ -d bench/socketio/node_modules ] || (cd bench/socketio && npm ci --no-audit --no-fund)

exec taskset -c 1 dotnet bench/socketio/load/bin/Release/net10.0/Vagus.SocketIO.Load.dll compare \
  --dotnet samples/Vagus.SocketIO.Echo/bin/Release/net10.0/Vagus.SocketIO.Echo.dll \
  --node bench/socketio/peer/echo.mjs "$@"
