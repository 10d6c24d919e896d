# Sourced by the scripts in this folder: starts a server with the demo chain on loopback and stops it on exit.
# Sets api (its URL), key (an administrator's API key) and folder (temporary files).

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# install PROGRAM PACKAGE: installs the Debian package if the program is missing.
install() {
  if command -v "$1" >/dev/null; then return; fi
  local sudo=()
  if [[ $EUID -ne 0 ]]; then sudo=(sudo); fi
  echo "Installing $2 …"
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$2" >/dev/null
}

start_server() {
  "$root/eng/postgres"
  (cd "$root" && dotnet build src/Tiffin.Dev -c Release --nologo --verbosity quiet --tl:off)
  folder=$(mktemp -d)
  # The attack needs many file descriptors. PostgreSQL runs as another user, who must be able to enter the folder.
  ulimit -S -n "$(ulimit -H -n)"
  chmod 755 "$folder"
  local port
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  api=http://127.0.0.1:$port
  "$root/artifacts/bin/Tiffin.Dev/release/tiffin-dev" run --port "$port" --data "$folder/postgres" \
    >"$folder/server.log" 2>&1 &
  server=$!
  trap stop_server EXIT
  local waited
  for ((waited = 0; waited < 120; waited++)); do
    if key=$(curl -sf "$api/dev/keys" | grep -o '"admin":"[^"]*"' | cut -d '"' -f 4); then return; fi
    sleep 1
  done
  cat "$folder/server.log"
  exit 1
}

stop_server() {
  kill -TERM "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  rm -rf "$folder"
}

# verdict FINDINGS: prints the last line; exits with 1 if there are findings.
verdict() {
  if (($1 > 0)); then
    echo "FOUND: $1"
    exit 1
  fi
  echo "Nothing found."
}
