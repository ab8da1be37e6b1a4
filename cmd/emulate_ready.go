package cmd

import (
	"github.com/spf13/cobra"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
)

// announce writes the ready file. Without a COMMAND it says what is served, and prints the
// result on stdout. ready shows secrets, which are made up.
func (o *emulateOptions) announce(c *cobra.Command, s *emulator.HTTPServer, at emulator.Addresses, ready emulator.Ready, profiles []*profile.Profile) error {
	line, err := ready.Line()
	if err != nil {
		return err
	}
	if o.watched() || o.record != "" {
		o.tellServing(at, profiles)
	}
	if o.ready != "" {
		if err := s.WriteReady(o.ready, line); err != nil {
			return err
		}
		o.command.remove = append(o.command.remove, o.ready)
	}
	if o.command.args != nil {
		return nil
	}
	if o.out.format == render.JSON && o.out.jq == "" {
		_, err := o.out.stdout.Write(line)
		return err
	}
	res, err := ready.Result(profiles, o.out.format)
	if err != nil {
		return err
	}
	return o.out.writeNow(c, res)
}
