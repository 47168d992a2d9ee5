#!/usr/bin/env bash
# Messages a second: sealed, audited and durable, with their Communications, through POST /api/messages, on a server of its own; and how
# long a message takes from socket to socket.
#   bench/messaging/run.sh [sqlite]                       on its embedded default
#   bench/messaging/run.sh postgres CONNECTION-STRING     on an empty PostgreSQL database
set -eu
cd "$(dirname "$0")/../.."
export VAGUS_SENDS_PER_MINUTE=10000000 VAGUS_RATE_PER_PERSON=0   # the server is measured, not its limits
. bench/own-server.sh

password=$("$vagus" user add --tenant bench --email nurse@bench.example --name Nurse --role nurse --data "$home" | awk '/^password/ { print $2 }')
token=$(node -e '
  fetch(process.argv[1] + "/api/auth/login", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ email: "nurse@bench.example", password: process.argv[2] }) })
    .then(r => r.json()).then(j => console.log(j.accessToken))' "$url" "$password")
echo "engine $engine, $(nproc) cores, load before $(cut -d' ' -f1 /proc/loadavg)"
measured send --workers 32 --requests "${REQUESTS:-20000}" --seconds 30
if [ ! -d web/node_modules/socket.io-client ]; then echo "socket to socket: not measured, for socket.io-client is not installed (npm ci in web)"; exit 0; fi
other=$("$vagus" user add --tenant bench --email pharmacist@bench.example --name Pharmacist --role pharmacy --data "$home" | awk '/^password/ { print $2 }')
node bench/messaging/sockets.mjs "$url" nurse@bench.example "$password" pharmacist@bench.example "$other" "${MESSAGES:-2000}"
