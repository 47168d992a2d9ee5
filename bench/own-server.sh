# Sourced by benchmarks of the server, from the root of the repository: builds, starts a server of its own on a folder that is removed at the end, and signs in.
#   $1 sqlite | postgres, $2 the connection string of an empty PostgreSQL database; afterwards: bench MODE …, measured MODE …
engine=${1:-sqlite}
home=$(mktemp -d)
port=${PORT:-3980}
url=http://127.0.0.1:$port
export DOTNET_NOLOGO=1
# The server is measured, not its limits.
export VAGUS_RATE_PER_ADDRESS=0 VAGUS_RATE_PER_SERVICE=0 VAGUS_RATE_PER_TENANT=0 VAGUS_SOCKETS_PER_PERSON=50000 VAGUS_SOCKETS_PER_SERVICE=50000
[ "$engine" = postgres ] && export VAGUS_POSTGRES=$2
# As operators install it: see docs/operations/README.md.
dotnet publish src/Vagus.Server -c Release -r linux-x64 --self-contained false -o .run/bench -v q -nologo -p:SkipWeb=true
dotnet build bench/Vagus.Bench -c Release -v q -nologo
vagus=.run/bench/vagus
bench() { dotnet bench/Vagus.Bench/bin/Release/net10.0/Vagus.Bench.dll "$@" --token "$token" --url "$url"; }

"$vagus" tenant add bench --name Bench --data "$home" > /dev/null
password=$("$vagus" user add --tenant bench --email load@bench.example --name Load --role service --data "$home" | awk '/^password/ { print $2 }')
"$vagus" --data "$home" --urls "$url" > "$home/server.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$home"' EXIT
for _ in $(seq 1 150); do
  node -e 'fetch(process.argv[1]).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))' "$url/health/ready" && break
  sleep 0.2
done
token=$(node -e '
  fetch(process.argv[1] + "/api/auth/login", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ email: "load@bench.example", password: process.argv[2] }) })
    .then(r => r.json()).then(j => console.log(j.accessToken))' "$url" "$password")
ticks() { awk '{ print $14 + $15 }' "/proc/$server/stat"; }
measured() { local before; before=$(ticks); bench "$@"; echo "    server CPU $(( ($(ticks) - before) * 10 )) ms, with the preparation and the warm-up; resident $(awk '/VmRSS/ { print int($2 / 1024) " MB" }' "/proc/$server/status")"; }

