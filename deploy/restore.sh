#!/bin/sh
# Puts a backup in the database's place. What was there is moved aside, never deleted; where anything fails, it stays.
# Stop every run and every worker first; go on as docs/backup-and-restore.md says.
#
#   deploy/restore.sh /etc/daykeeper/daykeeper.toml /srv/backup/potterby-2026-03-05T020000Z.sqlite
#
# It needs what backup.sh needs, and for PostgreSQL a user that may make databases (or is given by PGUSER and PGPASSWORD).
set -eu
umask 077

fail() {
    echo "restore.sh: $1" >&2
    exit 1
}

[ $# = 2 ] || fail "name the settings and the backup; deploy/restore.sh /etc/daykeeper/daykeeper.toml BACKUP"
authority="" kind="" file="" # database-place.py says them
settings=$1 backup=$2
[ -f "$backup" ] || fail "$backup: there is no such file"
daykeeper=$(command -v "${DAYKEEPER:-daykeeper}") || fail "there is no daykeeper on the PATH; set DAYKEEPER to where it is"
python=$(dirname "$daykeeper")/python
admin=${PGUSER:-} admin_password=${PGPASSWORD:-}
place=$("$python" "$(dirname "$0")/database-place.py" "$settings") || exit 1
eval "$place"
case $backup in *".$kind") ;; *) fail "$backup: the settings name another kind of database; give a .$kind" ;; esac
at=$(date -u +%Y%m%d%H%M%S)
found=$(mktemp)
trap 'rm -f "$found" "$found.names"' EXIT

must_be_ours() { # the names of the authorities that have begun in the backup, from standard input
    theirs=$(sort | tr '\n' ' ')
    case " $theirs" in
    " " | *" $authority "*) ;; # nobody has begun, or we have
    *) fail "$backup: this is a backup of \"${theirs% }\", and holds nothing of \"$authority\"; take one of its own, or name the other's settings" ;;
    esac
}

restore_file() {
    "$python" - "$backup" <<'PYTHON' || fail "$backup: this is no whole backup; take another"
import sqlite3, sys
from contextlib import closing
from pathlib import Path

try: # immutable: a backup is only read, and no file is made beside it
    with closing(sqlite3.connect(f"{Path(sys.argv[1]).absolute().as_uri()}?immutable=1", uri=True)) as copy:
        said = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
        copy.execute("SELECT 1 FROM daykeeper_schema")
    sys.exit(None if said == "ok" else said)
except sqlite3.Error as error:
    sys.exit(str(error))
PYTHON
    "$python" - "$backup" <<'PYTHON' > "$found" || fail "$backup: nobody can tell whose backup this is; take another"
import sqlite3, sys
from contextlib import closing
from pathlib import Path

with closing(sqlite3.connect(f"{Path(sys.argv[1]).absolute().as_uri()}?immutable=1", uri=True)) as copy:
    for (name,) in copy.execute("SELECT authority FROM marks WHERE name = 'first-start'"):
        print(name)
PYTHON
    must_be_ours < "$found"
    exec 9>> "$file.lock" # the lock of a run
    flock --nonblock 9 || fail "$file: a run keeps this database; stop it, and every worker"
    "$python" - "$file" <<'PYTHON' || fail "$file: another process has this database open; stop every run and every worker"
import sys
from contextlib import suppress
from pathlib import Path

place = str(Path(sys.argv[1]).resolve())
for one in Path("/proc").glob("[0-9]*/fd/*"): # of others' processes root alone sees them
    with suppress(OSError):
        if str(one.readlink()) == place:
            sys.exit(f"process {one.parts[2]}")
PYTHON
    cp "$backup" "$file.restoring"
    chown --reference="$(dirname "$file")" "$file.restoring" "$file.lock" # root puts it back for the service's user
    sync "$file.restoring"
    aside=$file.before-$at
    for end in "" -wal -shm; do
        [ ! -e "$file$end" ] || mv "$file$end" "$aside$end"
    done
    mv "$file.restoring" "$file"
}

ask() { # SQL from standard input, in the server's own database
    psql --dbname=postgres --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 \
        --set=name="$PGDATABASE" --set=new="$new" --set=aside="$aside" --set=owner="$owner"
}

restore_dump() {
    owner=$PGUSER new=${PGDATABASE}_restoring_$at aside=${PGDATABASE}_before_$at
    [ -z "$admin" ] || export PGUSER="$admin" PGPASSWORD="$admin_password"
    pg_restore --list "$backup" | grep -q daykeeper_schema || fail "$backup: this is no whole backup; take another"
    pg_restore --data-only --table=marks --file="$found" "$backup" || fail "$backup: nobody can tell whose backup this is; take another"
    awk -F'\t' '$2 == "first-start" { print $1 }' "$found" > "$found.names" # a row: authority, name, value
    must_be_ours < "$found.names"
    users=$(echo "SELECT count(*) FROM pg_stat_activity WHERE datname = :'name'" | ask) || fail "the server does not answer"
    [ "$users" = 0 ] || fail "database $PGDATABASE: $users connections are open; stop every run and every worker"
    echo "CREATE DATABASE :\"new\" OWNER :\"owner\" ENCODING 'UTF8' TEMPLATE template0" | ask || fail "no database could be made; see above"
    if ! pg_restore --exit-on-error --no-owner --role="$owner" --dbname="$new" "$backup"; then
        echo "DROP DATABASE :\"new\"" | ask
        fail "$backup: it could not be read to its end; nothing has changed"
    fi
    there=$(echo "SELECT count(*) FROM pg_database WHERE datname = :'name'" | ask)
    { # both or neither: no moment in which the service would find half of it
        echo "BEGIN;"
        [ "$there" = 0 ] || echo "ALTER DATABASE :\"name\" RENAME TO :\"aside\";"
        echo "ALTER DATABASE :\"new\" RENAME TO :\"name\"; COMMIT;"
    } | ask || fail "database $PGDATABASE: it could not be exchanged; the backup lies in $new"
}

case $kind in
sqlite) restore_file ;;
dump) restore_dump ;;
esac
echo "restored; what was there is kept as $aside"
"$daykeeper" database check --config "$settings" || fail "see the line above before you start anything"
echo "now start one run; where messages went out since, it holds, and \`daykeeper release\` lists them"
