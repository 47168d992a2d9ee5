#!/usr/bin/env bash
# The inbox: pages of a list of 100,000 threads, by each filter, on a server of its own.
#   bench/messaging/inbox.sh [sqlite]                       on its embedded default
#   bench/messaging/inbox.sh postgres CONNECTION-STRING     on an empty PostgreSQL database
# THREADS (100000) and ROUNDS (500) of each filter.
set -eu
cd "$(dirname "$0")/../.."
export VAGUS_SENDS_PER_MINUTE=10000000 VAGUS_RATE_PER_PERSON=0   # the server is measured, not its limits
. bench/own-server.sh

echo '{ "labels": [{ "id": "vip", "name": "VIP" }], "targets": [{ "minutes": 480 }] }' > "$home/messaging.json"
"$vagus" tenant set bench messaging --file "$home/messaging.json" --data "$home" > /dev/null
add() { "$vagus" user add --tenant bench --email "$1@bench.example" --name "$1" --role provider --data "$home" | awk '/^password/ { print $2 }'; }
password=$(add nurse)
colleague=$(add colleague)
echo "engine $engine, $(nproc) cores, load before $(cut -d' ' -f1 /proc/loadavg)"
node bench/messaging/inbox.mjs "$url" nurse@bench.example "$password" colleague@bench.example "$colleague" "${THREADS:-100000}" "${ROUNDS:-500}"
echo "    server resident $(awk '/VmRSS/ { print int($2 / 1024) " MB" }' "/proc/$server/status")"
