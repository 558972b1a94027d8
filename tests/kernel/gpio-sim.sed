# SPDX-License-Identifier: MIT
# What the kernel's gpio-sim (Linux 6.1) needs to stand for hardware here: drivers/gpio/gpio-sim.c through sed -f.

# A line that is let go of, as an open drain is for high, has the level of its pull again.
s/^\t__set_bit(offset, chip->direction_map);$/&\n\t__assign_bit(offset, chip->value_map, !!test_bit(offset, chip->pull_map));/
s/ !test_bit(FLAG_IS_OUT, &desc->flags)/ test_bit(offset, chip->direction_map)/
s/\([^!]\)test_bit(FLAG_IS_OUT, &desc->flags)/\1!test_bit(offset, chip->direction_map)/

# In User Mode Linux the work of an interrupt waits for the next tick, 10 ms: there it runs at once.
s/^#include <linux\/irq_sim.h>$/&\n#include <linux\/irq_work.h>/
s/ret = irq_set_irqchip_state(irq, IRQCHIP_STATE_PENDING,/ret = gpio_sim_edge_now(irq, IRQCHIP_STATE_PENDING,/
/^static int gpio_sim_apply_pull/i\
static int gpio_sim_edge_now(int irq, enum irqchip_irq_state which, bool value)\
{\
	int ret = irq_set_irqchip_state(irq, which, value);\
#ifdef CONFIG_UML\
	unsigned long flags;\
\
	local_irq_save(flags);\
	irq_work_run();\
	local_irq_restore(flags);\
#endif\
	return ret;\
}\

