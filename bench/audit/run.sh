#!/usr/bin/env bash
# What the audit costs: the same load on two servers in turns, one as it is composed for production and one whose entries are kept nowhere.
#   bench/audit/run.sh [sqlite|postgres] [ROUNDS] [REQUESTS]
# Everything is on 127.0.0.1 and ends by itself. The first round of each compiles: leave it out of the means.
set -eu
cd "$(dirname "$0")/../.."
engine=${1:-sqlite}
rounds=${2:-4}
requests=${3:-20000}
export DOTNET_NOLOGO=1
dotnet build bench/audit -c Release -v q -nologo -p:SkipWeb=true
dotnet build bench/Vagus.Bench -c Release -v q -nologo
home=$(mktemp -d)
declare -A process url token
# Each server ends when its input does.
trap 'exec 7>&- 8>&-; wait; rm -rf "$home"' EXIT
mkfifo "$home/kept.in" "$home/unkept.in"
serve() { dotnet bench/audit/bin/Release/net10.0/Vagus.Bench.Audit.dll "$engine" "$1" < "$home/$1.in" > "$home/$1" 2> "$home/$1.log"; }
serve kept 7>&- 8>&- & process[kept]=$!
exec 7> "$home/kept.in"
serve unkept 7>&- 8>&- & process[unkept]=$!
exec 8> "$home/unkept.in"
for entries in kept unkept; do
  for _ in $(seq 1 300); do
    [ -s "$home/$entries" ] && break
    sleep 0.2
  done
  read -r url[$entries] token[$entries] < "$home/$entries"
  process[$entries]=$(pgrep -P "${process[$entries]}" dotnet || echo "${process[$entries]}")
done

ticks() { awk '{ print $14 + $15 }' "/proc/${process[$1]}/stat"; }
echo "engine $engine, $(nproc) cores, load before $(cut -d' ' -f1 /proc/loadavg)"
for mode in read search create; do
  for round in $(seq 1 "$rounds"); do
    for entries in kept unkept; do
      before=$(ticks "$entries")
      line=$(dotnet bench/Vagus.Bench/bin/Release/net10.0/Vagus.Bench.dll "$mode" --workers 64 --requests "$requests" --seconds 60 \
        --url "${url[$entries]}" --token "${token[$entries]}" 7>&- 8>&-)
      echo "round $round, $entries: $line; server CPU $(( ($(ticks "$entries") - before) * 10 )) ms"
    done
  done
done
