# SPDX-License-Identifier: MIT
# Which kernel is meant, by KERNEL of the environment: read by the scripts here. Sets `series`, and `suffix`,
# which ends the names of its folders.
series=${KERNEL:-6.1}
case $series in
6.1) suffix= ;;
6.12) suffix=-$series ;;
*) echo "$0: KERNEL=$series is unknown: 6.1 or 6.12" >&2; exit 2 ;;
esac

# What its gpio-sim needs to stand for hardware: commands of sed. `here` is this folder.
gpio_sim_changes()
{
    cat "$here/gpio-sim.sed"
    [ -z "$suffix" ] || cat "$here/gpio-sim$suffix.sed"
}
