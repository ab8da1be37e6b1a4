package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
)

func (r *root) newEmulate() *cobra.Command {
	var listen string
	c := &cobra.Command{
		Use: "emulate [PROFILE…]", ValidArgsFunction: r.profileNames, Short: "Serve the vendors on loopback, to try and test without an account",
		Long: `Serve the vendors on loopback, from the same descriptions that the client reads:
the named profiles, else all built-in ones, each under /<profile>. Logins are
approved at once. A code without a browser:

  curl -d '{"profile":"oauth2"}' http://HOST:PORT/_/codes

Ctrl-C ends it.`,
		Example: `  ssoctl emulate
  ssoctl emulate oauth2 -o env >emulator.env &   # then: set -a; . ./emulator.env`,
		RunE: func(c *cobra.Command, args []string) error {
			profiles, err := r.emulated(args)
			if err != nil {
				return err
			}
			if r.format == render.Env && len(profiles) != 1 {
				return usagef("-o env serves one profile: name it")
			}
			if r.format == render.Raw {
				return usagef("-o raw: an emulator has no vendor's answer to print; use -o json")
			}
			for _, p := range profiles {
				if steps := elsewhere(p); len(steps) > 0 {
					r.warn(lang.Text{
						EN: fmt.Sprintf("%s: %s names a host itself, so ssoctl will ask that host and not this emulator; begin it with {base_url}", p.Name, strings.Join(steps, ", ")),
						ZH: fmt.Sprintf("%s：%s 写死了主机，ssoctl 会访问该主机而不是本模拟器；请改以 {base_url} 开头", p.Name, strings.Join(steps, "、")),
					})
				}
			}
			l, err := net.Listen("tcp", listen)
			if err != nil {
				return usagef("--listen %s: %v", listen, err)
			}
			return r.serve(c, l, profiles)
		},
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "`HOST:PORT`; port 0 is any free one")
	return c
}

// emulated are the profiles to serve. Flags and environment give values to a
// single one only: it would not be clear whose they are.
func (r *root) emulated(names []string) ([]*profile.Profile, error) {
	src, err := r.sources()
	if err != nil {
		return nil, err
	}
	if len(names) == 1 || len(names) == 0 && r.profile != "" {
		r.profile = strings.Join(append(slices.Clone(names), r.profile)[:1], "")
		p, err := r.load()
		if err == nil && len(p.Steps()) == 0 {
			err = usagef("%s has no steps: it is there to be extended", p.Name)
		}
		return []*profile.Profile{p}, err
	}
	if len(r.set) > 0 {
		return nil, usagef("--set goes with one profile: name it")
	}
	if len(names) == 0 {
		names = src.BuiltinNames()
	}
	return withSteps(names, src)
}

// elsewhere are the steps whose url names a host itself: no base_url leads them
// to an emulator.
func elsewhere(p *profile.Profile) []string {
	var out []string
	for _, s := range p.Steps() {
		if !strings.HasPrefix(string(s.URL), "{") {
			out = append(out, s.Name+".url")
		}
	}
	return out
}

func (r *root) serve(c *cobra.Command, l net.Listener, profiles []*profile.Profile) error {
	address := "http://" + l.Addr().String()
	var mu sync.Mutex
	emu, err := emulator.New(emulator.Options{
		Profiles: profiles, Address: address, Now: r.Now, Rand: r.Rand, Refs: r.refs(),
		Report: func(e emulator.Event) {
			mu.Lock()
			defer mu.Unlock()
			r.progress("%s", render.Printable(eventLine(e)))
		},
	})
	if err != nil {
		return errors.Join(err, l.Close())
	}
	if err := r.writeEmulated(c, emu, address, profiles); err != nil {
		return errors.Join(err, l.Close())
	}
	server := &http.Server{Handler: emu, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-c.Context().Done():
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return server.Close()
	}
	return nil
}

func eventLine(e emulator.Event) string {
	line := fmt.Sprintf("%s %s %d", e.Method, e.Path, e.Status)
	if e.Step != "" {
		line += " " + e.Step
	}
	if e.Refusal != "" {
		line += " refused: " + e.Refusal
	}
	if e.Diagnosis != "" {
		line += ": " + e.Diagnosis
	}
	return line
}

// writeEmulated says where the emulator is and what it expects. Its secrets are
// no secrets.
func (r *root) writeEmulated(c *cobra.Command, emu *emulator.Emulator, address string, profiles []*profile.Profile) error {
	all := map[string]map[string]string{}
	var rows [][]string
	for _, p := range profiles {
		values := emu.Inputs(p.Name)
		inputs := map[string]string{}
		for name := range values {
			inputs[name], _ = values.Text(name)
		}
		all[p.Name] = inputs
		rows = append(rows, []string{p.Name, address + "/" + p.Name, inputs["client_id"], inputs["client_secret"]})
	}
	switch {
	case r.format == render.Env:
		f := render.Fields{{Name: "profile", Value: profiles[0].Name}}
		for _, name := range profiles[0].InputNames() {
			f = append(f, render.Field{Name: name, Value: all[profiles[0].Name][name]})
		}
		return r.write(c, render.Result{Fields: f})
	case r.format == render.JSON && r.jq == "":
		enc := json.NewEncoder(r.Out) // on one line, so that a script can wait for it
		enc.SetEscapeHTML(false)
		return enc.Encode(map[string]any{"address": address, "profiles": all})
	case r.jq != "":
		served := map[string]any{}
		for name, inputs := range all {
			values := map[string]any{}
			for k, v := range inputs {
				values[k] = v
			}
			served[name] = values
		}
		return r.write(c, render.Result{Fields: render.Fields{{Name: "address", Value: address}, {Name: "profiles", Value: served}}})
	}
	return render.Table(r.Out, []string{"PROFILE", "BASE_URL", "CLIENT_ID", "CLIENT_SECRET"}, rows, r.tableWidth())
}
