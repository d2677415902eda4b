#!/bin/sh
# A first day with the real systems: looks at everything, sends one test message by each channel, and asks a
# person what came. What they say goes into a report. docs/how-to/smoke.md says more.
#
#   deploy/smoke.sh daykeeper.toml email=you@council.example teams=workflow:north calendar=you@council.example
#
# It ends with 1 where anything failed or was answered with no.
set -u

[ $# -ge 1 ] && [ -f "$1" ] || { echo "smoke.sh: name the settings first, then CHANNEL=WHO for each channel" >&2; exit 2; }
config=$1
shift
list=$(dirname "$0")/../docs/how-to/smoke.md
report=${SMOKE_REPORT:-smoke-$(date +%Y-%m-%d).txt}
said=$(mktemp)
trap 'rm -f "$said"' EXIT
wrong=0

note() {
    printf '%s\n' "$1" >> "$report"
}

ask() { # a person's yes, no or "-" for "does not apply", and their words
    printf '\n%s\n  y, n or -, then anything worth keeping: ' "$1"
    read -r answer || answer="n nobody answered"
    case $answer in
        [Yy]*) note "[x] $1 | $answer" ;;
        -*) note "[-] $1 | $answer" ;;
        *) note "[ ] $1 | $answer"; wrong=1 ;;
    esac
}

try() { # CHANNEL WHO QUESTION [options]: what the command says is kept in $said
    channel=$1 who=$2 question=$3
    shift 3
    if daykeeper try "$channel" --to "$who" --config "$config" "$@" > "$said"; then
        cat "$said"
        sed "s/^/    $channel: /" "$said" >> "$report"
        ask "$channel: $question"
    else
        note "[ ] $channel: $question | it was not handed over"
        wrong=1
        return 1
    fi
}

note "smoke test of $(date +%Y-%m-%dT%H:%M), settings $(basename "$config")"
daykeeper doctor --config "$config" > "$said" || wrong=1
cat "$said"
sed 's/^/    /' "$said" >> "$report"

for pair in "$@"; do
    channel=${pair%%=*} who=${pair#*=}
    if [ "$channel" = calendar ]; then
        try calendar "$who" "one private entry stands there tomorrow at 10, with no alarm" || continue
        entry=$(sed -n 's/.*\(try-[0-9a-f]\{32\}\).*/\1/p' "$said" | tail -n 1)
        try calendar "$who" "it stands at 11 now, and there is no second one" --move "$entry"
        try calendar "$who" "it has gone, or stands there as cancelled" --cancel "$entry"
    else
        try "$channel" "$who" "the test message came, and looks as it should"
    fi
done

# The list of what no stand-in can prove: the parts whose heading is an adapter of the settings.
exec 3<&0
while IFS= read -r line; do
    case $line in
        '## `'*) adapter=${line#*\`}; adapter=${adapter%%\`*}
            grep -q "adapter *= *\"$adapter\"" "$config" && is_ours=1 || is_ours=0 ;;
        '## '*) is_ours=0 ;;
        '- [ ] '*) [ "${is_ours:-0}" = 1 ] && ask "$adapter: ${line#- \[ \] }" <&3 ;;
    esac
done < "$list"

printf '\nwhat was said stands in %s\n' "$report"
exit $wrong
