package cmd

import (
	"github.com/spf13/cobra"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/render"
)

// announce writes the ready file. Without a COMMAND it says what is served, and prints the
// result on stdout. ready shows secrets, which are made up.
func (e *emulation) announce(c *cobra.Command, s *emulator.HTTPServer, ready emulator.Ready) error {
	line, err := ready.Line()
	if err != nil {
		return err
	}
	if e.watched() || e.record != "" {
		e.tellServing()
	}
	if e.ready != "" {
		if err := s.WriteReady(e.ready, line); err != nil {
			return err
		}
		e.remove = append(e.remove, e.ready)
	}
	if e.command.args != nil {
		return nil
	}
	if e.out.format == render.JSON && e.out.jq == "" {
		_, err := e.out.stdout.Write(line)
		return err
	}
	res, err := ready.Result(e.profiles, e.out.format)
	if err != nil {
		return err
	}
	return e.out.writeNow(c, res)
}
