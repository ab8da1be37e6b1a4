package cmd

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/hint"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/localhost"
	"ssoctl/pkg/profile"
)

// hint says what to do about an error of the running command; zero if the message says
// enough.
func (e *reporter) hint(err error) lang.Text { return e.adviser(e.conf.loaded).Hint(err) }

// hints are hint in the user's language; none if the message says enough. If err lists several
// faults of profiles, each has its own hint after the key that it is about, and a hint that
// fits all of them stands alone.
func (e *reporter) hints(err error) []string {
	faults := profile.ErrorsOf(err)
	if len(faults) < 2 {
		return slices.DeleteFunc([]string{e.out.in(e.hint(err))}, isEmpty)
	}
	var plain, keyed []string
	for _, fault := range faults {
		hint := e.out.in(e.hint(fault))
		plain = append(plain, hint)
		if hint != "" {
			keyed = append(keyed, e.out.in(lang.Sprintf(lang.Text{EN: "%s: %s", ZH: "%s：%s"}, cmp.Or(fault.Key, fault.Place()), hint)))
		}
	}
	if one := slices.Compact(plain); len(one) == 1 {
		return slices.DeleteFunc(one, isEmpty)
	}
	return slices.Compact(keyed)
}

func isEmpty(s string) bool { return s == "" }

// adviser gives hints about errors with this profile, which may be nil.
func (e *reporter) adviser(p *profile.Profile) hint.Adviser {
	return hint.Adviser{
		Profile: p, Command: e.called, Curl: e.curls.on, NoVerifier: e.noVerifier, ClientCert: e.conn.options.ClientCert != "",
		Now: e.now(), Machine: machine{e.conf, e.conn, e.tree},
	}
}

// machine implements [hint.Machine].
type machine struct {
	conf *config
	conn *connection
	tree *root
}

func (m machine) Proxy(scheme, host string) (proxy *url.URL, by string) {
	return m.conn.Proxy(scheme, host)
}

func (m machine) Takes(command, flag string) bool { return m.tree.takes(command, flag) }

func (m machine) IsOwn(profile string) bool {
	src, err := m.conf.sources()
	return err == nil && src.IsOwn(profile)
}

func (m machine) IsEmpty(variable string) bool {
	v, set := m.conf.env(variable)
	return set && v == ""
}

func (machine) OtherLoopback(hostport string) string { return localhost.Other(hostport) }

// takes reports whether a command, such as "ssoctl sign", has this flag.
func (r *root) takes(command, flag string) bool {
	path := strings.Fields(command)[1:]
	c, _, err := r.cmd.Find(path)
	if err != nil { // perhaps it is not built
		r.buildAll()
		c, _, err = r.cmd.Find(path)
	}
	return err == nil && c.Flags().Lookup(flag) != nil
}
