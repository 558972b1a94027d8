/* SPDX-License-Identifier: MIT */
/*
 * The commands of `softboard`. Each takes its own arguments, its name first, and returns the exit
 * code: 0 good, 1 it found something wrong, 2 usage or an unreadable file.
 */
#ifndef SB_TOOLS_COMMANDS_H
#define SB_TOOLS_COMMANDS_H

int sb_cmd_check(int argc, char **argv);
int sb_cmd_decode(int argc, char **argv);
int sb_cmd_gpio(int argc, char **argv);
int sb_cmd_info(int argc, char **argv);
int sb_cmd_parts(int argc, char **argv);
int sb_cmd_test(int argc, char **argv);

#endif
