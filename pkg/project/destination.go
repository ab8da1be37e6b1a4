package project

import (
	"cmp"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// destination is what is sent to one scheme and host.
type destination struct {
	origin  string         // what [writer.origin] returns
	named   bool           // the file names this address
	secrets map[string]set // descriptions of secrets, by profile
	yours   set            // descriptions of the user's own secrets
}

type set map[string]struct{}

// list returns the members, sorted and with commas.
func (s set) list() string { return strings.Join(slices.Sorted(maps.Keys(s)), ", ") }

// destinations returns where the file's profiles send to, beginning with the addresses
// that the file names.
func (w *writer) destinations() []*destination {
	all := map[string]*destination{}
	for _, e := range w.Effects {
		for _, s := range e.Sends {
			origin := w.origin(s)
			if all[origin] == nil {
				all[origin] = &destination{origin: origin, secrets: map[string]set{}, yours: set{}}
			}
			w.add(all[origin], distinct(e.Name), s)
		}
	}
	return slices.SortedFunc(maps.Values(all), func(a, b *destination) int {
		if a.named != b.named {
			return map[bool]int{true: -1, false: 1}[a.named]
		}
		return strings.Compare(a.origin, b.origin)
	})
}

// origin says where something is sent.
func (w *writer) origin(s profile.Sending) string {
	if s.Issuer == "" {
		return distinctOrigin(s.Origin)
	}
	issuer := distinctOrigin(s.Issuer)
	return w.in(lang.Text{EN: "addresses in the metadata of " + issuer, ZH: issuer + " 的元数据里的地址"})
}

// distinctOrigin escapes an origin with letters that may look like others.
func distinctOrigin(origin string) string {
	if ascii := strconv.QuoteToASCII(origin); strings.Contains(ascii, `\`) {
		return strings.Trim(ascii, `"`)
	}
	return origin
}

// add adds what a profile sends to a destination.
func (w *writer) add(d *destination, name string, s profile.Sending) {
	d.named = d.named || s.Named
	if d.secrets[name] == nil {
		d.secrets[name] = set{}
	}
	for _, secret := range s.Secrets {
		text, yours := w.described(secret)
		d.secrets[name][text] = struct{}{}
		if yours {
			d.yours[text] = struct{}{}
		}
	}
}

// described names a secret and where its value comes from. yours reports whether it is the
// user's own.
func (w *writer) described(s profile.Spent) (text string, yours bool) {
	switch from := s.From; {
	case s.Project && s.Reference != "":
		return s.Name + w.in(lang.Sprintf(lang.Text{EN: " (%s)", ZH: "（%s）"}, s.Reference)), true
	case s.Project:
		return s.Name + w.in(lang.Text{EN: " (in this file)", ZH: "（写在此文件里）"}), false
	case from.From == "file" || from.From == "environment":
		return s.Name + w.in(lang.Sprintf(lang.Text{EN: " (yours: %s)", ZH: "（你的：%s）"}, w.short(from.String()))), true
	case from.From == "default":
		return s.Name + w.in(lang.Text{EN: " (default)", ZH: "（默认值）"}), false
	case s.Issued:
		return s.Name, false
	}
	return s.Name + w.in(lang.Text{EN: " (no value yet)", ZH: "（尚无值）"}), false
}

// short is a path with ~ for the home folder.
func (w *writer) short(path string) string {
	if rest, below := strings.CutPrefix(path, w.Home+string(filepath.Separator)); below && w.Home != "" {
		return filepath.Join("~", rest)
	}
	return path
}

// sends lists the destinations, with the secrets that each profile sends there.
func (w *writer) sends(to []*destination) {
	if len(to) == 0 {
		return
	}
	w.heading(lang.Text{EN: "Sends to", ZH: "发送到"})
	for _, d := range to {
		where := d.origin
		if d.named {
			where += w.in(lang.Text{EN: "  (named in this file)", ZH: "（由此文件指定）"})
		}
		w.line(2, where)
		names := slices.Sorted(maps.Keys(d.secrets))
		width := columnOf(names)
		for _, name := range names {
			w.row(4, width, name, cmp.Or(d.secrets[name].list(), w.in(lang.Text{EN: "no secrets", ZH: "没有密钥"})))
		}
	}
}

// exposed lists the user's own secrets that go to addresses that the file names. It comes
// last, next to the question.
func (w *writer) exposed(to []*destination) {
	for _, d := range to {
		if d.named && len(d.yours) > 0 {
			w.heading(lang.Sprintf(lang.Text{EN: "This file sends your secrets to %s:", ZH: "此文件会把你的密钥发送到 %s："}, d.origin))
			w.line(2, d.yours.list())
		}
	}
}
