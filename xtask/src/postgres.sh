# The life of a temporary PostgreSQL: made here, held until our standard input ends, then removed.
#
# Whoever starts us holds the other end of the input and needs to do nothing at its own end: the operating system closes
# it, also after a panic, Ctrl-C or kill -9, and so nothing is ever left behind.
#
# Arguments: the loopback port. PostgreSQL's programs are on PATH. Prints "ready" when the server answers.
set -u
trap '' PIPE
cd /
folder=$(mktemp -d "${TMPDIR:-/tmp}/chatterbox-postgres.XXXXXX") || exit 1
trap 'pg_ctl stop -D "$folder/data" -m immediate >"$folder/stop.log" 2>&1; rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM

# Nobody's data: durability would only cost time. The plainest locale, because nothing may depend on it.
initdb -D "$folder/data" -U postgres --auth=trust --no-sync --encoding=UTF8 --locale=C >"$folder/log" 2>&1 &&
    cat >>"$folder/data/postgresql.conf" <<SETTINGS &&
listen_addresses = '127.0.0.1'
port = $1
unix_socket_directories = '$folder'
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 300
SETTINGS
    pg_ctl start -w -D "$folder/data" -l "$folder/log" >"$folder/start.log" 2>&1 || {
    cat "$folder"/*log >&2
    exit 1
}
echo ready 2>/dev/null
cat >/dev/null
