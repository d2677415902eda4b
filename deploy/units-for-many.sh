#!/bin/sh
# Makes template units for several authorities on one machine: units-for-many.sh FOLDER
# Each has settings of its own, /etc/daykeeper/NAME/daykeeper.toml, a system user daykeeper-NAME and state in
# /var/lib/daykeeper-NAME:   systemctl enable --now daykeeper@northshire daykeeper-worker@northshire
set -eu

if [ $# -ne 1 ] || [ ! -d "$1" ]; then
    echo "units-for-many.sh: name the folder that the units go to, such as /etc/systemd/system" >&2
    exit 2
fi
to=$1
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

for unit in daykeeper daykeeper-worker daykeeper-auditor; do
    sed -e '/^#/!s|daykeeper\.service|daykeeper@%i.service|g' \
        -e 's|/etc/daykeeper/daykeeper\.toml|/etc/daykeeper/%i/daykeeper.toml|g' \
        -e 's|^User=\(daykeeper.*\)$|User=\1-%i|' \
        -e 's|^StateDirectory=\(daykeeper.*\)$|StateDirectory=\1-%i|' \
        -e 's|^WorkingDirectory=/var/lib/\(daykeeper.*\)$|WorkingDirectory=/var/lib/\1-%i|' \
        -e 's|^Description=\(.*\)$|Description=\1 (%i)|' \
        "$here/$unit.service" >"$to/$unit@.service"
    chmod 0644 "$to/$unit@.service"
done
