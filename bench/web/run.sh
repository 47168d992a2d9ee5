#!/usr/bin/env bash
# Builds the server with both apps and measures them in Chromium, on an empty data folder of its own.
#   EVENTS=300 RATE=20 TABS=25 bench/web/run.sh
set -eu
cd "$(dirname "$0")/../.."
dotnet build src/Vagus.Server -c Release -v q -nologo
cd web
exec npm run measure --silent
