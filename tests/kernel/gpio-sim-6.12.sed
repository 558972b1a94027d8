# SPDX-License-Identifier: MIT
# What Linux 6.12's gpio-sim needs beside gpio-sim.sed: its locks are guards of a statement.

# A line that is let go of, as an open drain is for high, has the level of its pull again.
s/^\t\t__set_bit(offset, chip->direction_map);$/\t{\n&\n\t\t__assign_bit(offset, chip->value_map, !!test_bit(offset, chip->pull_map));\n\t}/
