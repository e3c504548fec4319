#include "cli.h"
int cmd_explain(struct cli *c)
{
	return cli_usage(c, "x");
}
