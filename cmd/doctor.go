package cmd

import (
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/doctor"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
	"ssoctl/pkg/terminal"
)

func (r *root) newDoctor() *cobra.Command {
	var credentials bool
	c := &cobra.Command{
		Use: "doctor", Args: arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			patients, own, found, err := r.patients()
			if err != nil {
				return err
			}
			columns, rows, tty := terminal.Size(r.Err)
			machine := doctor.Machine{
				Logins: r.logins().Dir, Codes: r.codes().Dir, Tokens: r.tokens(), Refs: r.refs(), Env: r.Env,
				Terminal: tty, Columns: columns, Rows: rows, QR: r.qrStyle(),
			}
			found = append(found, machine.Examine(c.Context(), patients)...)
			for _, more := range r.examine(c, patients, own, credentials) {
				found = append(found, more...)
			}
			return r.writeFindings(c, found)
		},
	}
	c.Flags().BoolVar(&credentials, "credentials", false, "")
	return c
}

// patients returns the profiles to examine: the chosen one, the user's own or, if there
// are none, the built-in ones. own reports whether the user set them up. found has a
// finding for each profile that cannot be loaded.
func (r *root) patients() (out []*profile.Profile, own bool, found []doctor.Finding, err error) {
	if r.profile != "" {
		p, err := r.load()
		return []*profile.Profile{p}, true, nil, err
	}
	src, err := r.sources()
	if isUntrusted(err) {
		return nil, false, nil, err
	}
	if err != nil {
		return nil, false, []doctor.Finding{unreadable("", err)}, nil
	}
	names := src.OwnNames()
	own = len(names) > 0
	if !own {
		names = src.BuiltinNames()
	}
	for _, name := range names {
		p, err := profile.Load(name, src)
		if err == nil {
			err = r.values(p)
		}
		if err != nil {
			found = append(found, unreadable(name, err))
		} else if len(p.Steps()) > 0 {
			out = append(out, p)
		}
	}
	return out, own, found, nil
}

func unreadable(name string, err error) doctor.Finding {
	return doctor.Finding{
		Profile: name, Check: "profile", Status: doctor.Fail, Err: err,
		What: lang.Of(err),
	}
}

// examine examines the profiles and returns the findings for each. It examines them at the
// same time, unless exchanges are recorded: then one after the other, to keep them apart.
func (r *root) examine(c *cobra.Command, patients []*profile.Profile, own, credentials bool) [][]doctor.Finding {
	const longest = 10 * time.Second // for one request: there are many
	found := make([][]doctor.Finding, len(patients))
	var all sync.WaitGroup
	for i, p := range patients {
		r.say(lang.Text{EN: "Examining " + p.Name, ZH: "正在检查 " + p.Name})
		r.hideInputs(p)
		cl := client.New(p, client.Deps{
			HTTP: r.client, Now: r.Now, Rand: r.Rand, Refs: r.refs(), Timeout: min(r.timeout, longest),
			UserAgent: "ssoctl/" + version(), Scrubber: r.scrub, Record: r.exchanges, Cache: client.Cache{Store: r.tokens(), Fresh: true},
		})
		all.Go(func() {
			found[i] = doctor.Doctor{
				Client: cl, Refs: r.refs(), Now: r.Now, Proxy: r.proxyOf, Unchecked: r.connection.insecure,
				Own: own && !isBase(p, patients), Credentials: credentials,
			}.Examine(c.Context())
		})
		if r.exchanges != nil {
			all.Wait()
		}
	}
	all.Wait()
	for i, p := range patients {
		r.advise(p, found[i])
	}
	return found
}

// isBase reports whether another profile extends p, and may supply what p lacks.
func isBase(p *profile.Profile, all []*profile.Profile) bool {
	return slices.ContainsFunc(all, func(other *profile.Profile) bool { return other != p && slices.Contains(other.Extends, p.Name) })
}

// advise gives each finding with an error the hint that other commands print for it. p is the
// profile that the findings are about; it may be nil.
func (r *root) advise(p *profile.Profile, found []doctor.Finding) {
	adviser := r.adviser(p)
	for i, f := range found {
		if f.Err != nil && f.Do.IsZero() {
			found[i].Do = adviser.Hint(f.Err)
		}
	}
}

func (r *root) writeFindings(c *cobra.Command, found []doctor.Finding) error {
	if err := c.Context().Err(); err != nil {
		return err
	}
	r.advise(nil, found)
	report := doctor.Report{Findings: found, Lang: r.language(), Out: r.Out}
	r.findings = report.Records()
	if err := r.write(c, render.Result{Text: report.Text(), Fields: report.Fields()}); err != nil {
		return err
	}
	if failed := report.Count(doctor.Fail); failed > 0 {
		return &findings{lang.Sprintf(lang.Text{
			EN: "%d of %d checks failed",
			ZH: "%[2]d 项检查中有 %[1]d 项失败",
		}, failed, len(found))}
	}
	return nil
}
