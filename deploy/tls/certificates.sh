#!/bin/sh
# Makes an authority and the certificates of PostgreSQL and NATS in /tls, once. For a trial: the authority's key is thrown away.
set -eu
cd "${TLS_FOLDER:-/tls}"
[ -e ca.pem ] && exit 0
umask 077
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 825 -subj "/CN=Vagus trial" -keyout ca.key -out ca.new
for name in postgres nats; do
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" -keyout "$name.key" -out "$name.csr"
  printf 'subjectAltName=DNS:%s,DNS:localhost,IP:127.0.0.1\n' "$name" > "$name.ext"
  openssl x509 -req -days 825 -in "$name.csr" -CA ca.new -CAkey ca.key -CAcreateserial -extfile "$name.ext" -out "$name.pem"
  rm "$name.csr" "$name.ext"
done
rm -f ca.key ca.srl
chmod 644 -- *.pem ca.new
# PostgreSQL takes a key that is its own user's alone: 999 in its image.
chown 999 postgres.key 2>/dev/null || true
mv ca.new ca.pem
