#!/usr/bin/env bash
# One large file through upload and download, with the server's resident memory. bin/bench files [GIB]; 10 unless told. TMPDIR needs so much room.
set -eu
cd "$(dirname "$0")/../.."
gib=${1:-10}
. bench/own-server.sh sqlite
node bench/files/transfer.mjs "$url" "$token" "$server" "$gib"
