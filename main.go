// Command ssoctl drives single sign-on integrations from a terminal.
package main

import (
	"os"

	"ssoctl/cmd"
)

func main() { os.Exit(cmd.Main()) }
