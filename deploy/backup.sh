#!/bin/sh
# A backup of the database that some settings name, while the service runs: whole, looked over, and only then under its
# name. What it does not keep, and why: docs/backup-and-restore.md.
#
#   deploy/backup.sh /etc/daykeeper/daykeeper.toml /srv/backup [DAYS]
#
# Makes AUTHORITY-MOMENT.sqlite or .dump in the folder, and AUTHORITY.link.key once. With DAYS, what is older than so
# many goes, once a new one is there. Ends with 1, and leaves nothing under a backup's name, where anything fails.
# It needs `daykeeper` on the PATH (or DAYKEEPER=/opt/daykeeper/bin/daykeeper), and for PostgreSQL pg_dump, no older
# than the server.
set -eu
umask 077 # a backup holds what the database holds

fail() {
    echo "backup.sh: $1" >&2
    exit 1
}

[ $# -ge 2 ] || fail "name the settings and a folder; deploy/backup.sh /etc/daykeeper/daykeeper.toml /srv/backup [DAYS]"
authority="" kind="" file="" key="" # database-place.py says them
settings=$1 folder=$2 days=${3:-}
case $days in *[!0-9]*) fail "$days: this is no number of days" ;; esac
[ -d "$folder" ] || fail "$folder: there is no such folder; make it, its owner's alone"
daykeeper=$(command -v "${DAYKEEPER:-daykeeper}") || fail "there is no daykeeper on the PATH; set DAYKEEPER to where it is"
python=$(dirname "$daykeeper")/python
place=$("$python" "$(dirname "$0")/database-place.py" "$settings") || exit 1
eval "$place"

target=$folder/$authority-$(date -u +%Y-%m-%dT%H%M%SZ).$kind
part=$target.part
trap 'rm -f "$part" "$part-journal" "$part-wal" "$part-shm"' EXIT

case $kind in
sqlite)
    # SQLite's own backup: a copy of one moment, whoever writes meanwhile. Then every page of the copy is read.
    "$python" - "$file" "$part" <<'PYTHON' || fail "$file: no whole copy could be made; see daykeeper database check"
import sqlite3, sys
from contextlib import closing
from pathlib import Path

try:
    with closing(sqlite3.connect(f"{Path(sys.argv[1]).as_uri()}?mode=rw", uri=True)) as source:
        with closing(sqlite3.connect(sys.argv[2])) as copy:
            source.backup(copy)
            said = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            copy.execute("SELECT 1 FROM daykeeper_schema")
    sys.exit(None if said == "ok" else f"the copy is damaged: {said}")
except sqlite3.Error as error:
    sys.exit(str(error))
PYTHON
    ;;
dump)
    pg_dump --format=custom --no-password --file="$part" || fail "pg_dump could not write it; see above"
    pg_restore --list "$part" | grep -q daykeeper_schema || fail "database $PGDATABASE: this is no database of ours"
    ;;
esac

sync "$part"
mv "$part" "$target"
if [ -f "$key" ] && ! cmp -s "$key" "$folder/$authority.link.key"; then
    install -m 0600 "$key" "$folder/$authority.link.key" # without it the links in sent messages end
fi
d='[0-9]' # "north-" begins the names of north-shire's, too: only its own moments do
[ -z "$days" ] || find "$folder" -name "$authority-$d$d$d$d-$d$d-$d${d}T*Z.$kind" -type f -mtime "+$days" -delete
echo "$target: $(wc -c < "$target") bytes"
