# SPDX-License-Identifier: MIT
# Functions of tests/kernel/run, tests/kernel/guest and tests/pi/run: read by them, with `build` set.

# Says how long it took; what it prints is what the command printed.
step()
{
    step_name=$1
    shift
    step_begin=$(date +%s)
    "$@"
    step_status=$?
    echo "$(($(date +%s) - step_begin)) s: $step_name" >&2
    return $step_status
}

# One skipped test, with its reason, and the end.
skip()
{
    mkdir -p "$build/kernel"
    printf '#!/bin/sh\necho "1..1"\necho "ok 1 # SKIP %s"\n' "$*" >"$build/kernel/skipped"
    chmod +x "$build/kernel/skipped"
    echo "$0: skipped: $*" >&2
    tools/run-tests -j 1 "$build/kernel/skipped"
    exit 0
}

# split_console OUT LIST STATUS: of what the guest printed, OUT/console, makes for each program of the list one that prints
# and ends as it did. One that never ended takes the guest's status.
split_console()
{
    tr -d '\r' <"$1/console" >"$1/text"
    sed -n 's/^run \([^ ]*\) .*/\1/p' "$2" | while read -r program; do
        awk -v name="$program" '
            $1 == "@BEGIN" && $2 == name { is_it = 1; next }
            $1 == "@END" && $2 == name { exit }
            is_it { print }' "$1/text" >"$1/$program.out"
        rc=$(sed -n "s/^@END $program \([0-9]*\)$/\1/p" "$1/text")
        if [ -z "$rc" ]; then
            rc=125
            { echo "# the guest ended before it: status $3"; tail -n 20 "$1/text" "$1/errors"; } >>"$1/$program.out"
        fi
        # shellcheck disable=SC2016
        printf '#!/bin/sh\ncat "$0.out"\nexit %s\n' "$rc" >"$1/$program"
        chmod +x "$1/$program"
    done
}
