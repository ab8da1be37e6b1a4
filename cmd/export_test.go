package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// Commands are all commands that do something, such as "profile show".
func Commands() []string {
	var out []string
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Runnable() {
			out = append(out, strings.TrimPrefix(c.CommandPath(), "ssoctl "))
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	for _, c := range newRoot(&App{}).cmd.Commands() {
		walk(c)
	}
	slices.Sort(out)
	return out
}

// Fold breaks a text for a terminal.
var Fold = fold

// Tree is the command that all others are below, with their flags.
func Tree(a *App) *cobra.Command { return newRoot(a).cmd }
