// Package explain finds out what a text says that a vendor gave somebody: a
// code, an answer, a redirected address, or a log that holds some of them.
package explain

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// How is the way in which a text was understood. A lower one is the better.
type How int

// The ways.
const (
	Listed    How = iota // a refusal that the profile lists
	Yes                  // an answer with all that the step reads, or a callback with a code
	Unlisted             // a refusal that the profile does not list
	Senseless            // an answer that no step can have: a page, a redirect
)

// Found is one reading of a text.
type Found struct {
	How      How
	Profiles []*profile.Profile // that read it alike; the first is nearest
	// Attributed says that the text is these profiles': they list the code, or one alone
	// was asked. Others merely read responses of this shape.
	Attributed bool
	Steps      []string // of the first profile, whose answer it may be; none of a mere code
	Code       string   // the vendor's, of a refusal
	Kind       string   // one of profile.Kinds, of a refusal
	Status     int      // HTTP, of an answer with its head
	Page       bool     // a page refused, in place of an API
	// RetryAfter is how long the server asks to wait; 0 where it does not say.
	RetryAfter time.Duration
	Meaning    lang.Text // what the profile says of the refusal
	Guess      lang.Text // what of that is not known for sure
	Line       int       // of the text, from 1; 0 when all of it was read as one

	named  bool // the text names the profile
	unsure bool // a number that need not be a code
	status bool // of a mere HTTP status, which is no profile's
}

// Find reads a text with the eyes of each profile, best first; nothing when it
// says nothing to any. A text that is not one answer is searched for answers, and
// read line by line, until ctx ends.
func Find(ctx context.Context, text string, profiles []*profile.Profile) []Found {
	text = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "\ufeff"))
	readers := readersOf(profiles)
	found := append(whole(ctx, text, readers), statusAlone(ctx, text, readers)...)
	if settles(found) {
		return best(found, len(profiles) == 1)
	}
	rest, judge := text, len(found) == 0
	if judge {
		found, rest = embedded(ctx, text, readers)
	}
	status := regexp.MustCompile(`(?i)\b(?:http(?:/[\d.]+)?|status(?:[ _-]?code)?)\\?["']?[ :=]*([45]\d\d)\b`)
	for i, line := range strings.Split(rest, "\n") {
		if ctx.Err() != nil {
			return nil
		}
		of := mentioned(line, profiles)
		if judge {
			if one := strings.TrimSpace(line); !strings.HasPrefix(one, "{") { // of which embedded has told
				of = append(of, whole(ctx, one, readers)...)
			}
			if m := status.FindStringSubmatch(line); m != nil {
				of = append(of, ofStatus(ctx, m[1], readers)...)
			}
		}
		for _, f := range of {
			f.Line = i + 1
			found = append(found, f)
		}
	}
	if !strings.Contains(text, "\n") {
		for i := range found {
			found[i].Line = 0
		}
	}
	return best(found, len(profiles) == 1)
}

// reader is a profile that judges answers.
type reader struct {
	*profile.Profile
	judges []judge
}

type judge struct {
	step string
	of   func(context.Context, *http.Response, []byte) error
}

// readersOf leaves out steps whose expressions are at fault.
func readersOf(profiles []*profile.Profile) []reader {
	out := make([]reader, len(profiles))
	for i, p := range profiles {
		out[i].Profile = p
		for _, s := range p.Steps() {
			if of, err := client.Judge(p, s); err == nil && s != p.Authorize {
				out[i].judges = append(out[i].judges, judge{s.Name, of})
			}
		}
	}
	return out
}

// whole reads a text as one thing: a code, a kind, or something to judge.
func whole(ctx context.Context, text string, readers []reader) []Found {
	if found := named(text, readers); len(found) > 0 {
		return found
	}
	a, ok := parse(text)
	if !ok {
		return nil
	}
	return judged(ctx, a, readers)
}

// judged is what the profiles make of an answer.
func judged(ctx context.Context, a answer, readers []reader) []Found {
	var found []Found
	for _, r := range readers {
		for _, f := range r.read(ctx, a) {
			if f.How == Unlisted && len(readers) > 1 {
				f.Guess = lang.Text{} // it may be no answer of this vendor's
			}
			found = append(found, f)
		}
	}
	return found
}

// settles reports whether no code is to be sought in what else a text holds: a
// message may name others. What has blanks in a code's place is rather a message.
func settles(found []Found) bool {
	return slices.ContainsFunc(found, func(f Found) bool {
		return !f.unsure && (f.How <= Yes || f.How == Unlisted && f.Code != "" && !strings.ContainsAny(f.Code, " {"))
	})
}

// best leaves only the best way of reading, but for listed refusals beside each
// other, and puts together what is said alike. Numbers that need not be codes, and
// statuses, count where there is nothing else; a status also beside a vendor's code of
// the same number. alone says that but one profile was asked.
func best(found []Found, alone bool) []Found {
	if settles(found) {
		found = slices.DeleteFunc(found, func(f Found) bool { return f.unsure })
	}
	slices.SortStableFunc(found, func(a, b Found) int {
		return cmp.Or(cmp.Compare(a.How, b.How), cmp.Compare(a.Line, b.Line), cmp.Compare(a.distance(), b.distance()))
	})
	same := func(f Found) bool {
		return f.status && slices.ContainsFunc(found, func(o Found) bool { return o.How == Listed && o.Code == strconv.Itoa(f.Status) })
	}
	other := slices.ContainsFunc(found, func(f Found) bool { return !f.status })
	var out []Found
	for _, f := range found {
		if !same(f) && (f.How != found[0].How || f.status && other) {
			continue
		}
		i := slices.IndexFunc(out, func(o Found) bool { return o.like(f) })
		if i < 0 {
			f.Attributed = alone || f.How == Listed
			out = append(out, f)
			continue
		}
		o := &out[i]
		switch p := f.Profiles[0]; {
		case o.Line == f.Line && o.Profiles[0] == p:
			for _, step := range f.Steps {
				if !slices.Contains(o.Steps, step) {
					o.Steps = append(o.Steps, step)
				}
			}
		case !slices.Contains(o.Profiles, p):
			o.Profiles = append(o.Profiles, p)
		}
	}
	return out
}

// distance puts the profile that the text names first, and guesses last.
func (f Found) distance() int {
	switch {
	case f.named:
		return 0
	case f.Guess.IsZero():
		return 1
	}
	return 2
}

// like reports whether two profiles, or two lines, say the same.
func (f Found) like(o Found) bool {
	return f.How == o.How && f.Code == o.Code && f.Kind == o.Kind && f.Meaning == o.Meaning && f.Guess == o.Guess &&
		(f.How != Unlisted || f.Code != "" || f.Status == o.Status)
}

// read is what the client would make of an answer to each of the profile's steps.
func (r reader) read(ctx context.Context, a answer) []Found {
	of := []*profile.Profile{r.Profile}
	if a.callback != nil && r.Authorize != nil {
		for _, name := range r.Authorize.CodeParams() {
			if a.callback.Get(name) != "" && a.callback.Get("error") == "" {
				return []Found{{How: Yes, Profiles: of, Steps: []string{"authorize"}}}
			}
		}
	}
	var found []Found
	for _, j := range r.judges {
		f := Found{How: Yes, Profiles: of, Steps: []string{j.step}, Status: a.status}
		if a.callback != nil {
			f.Steps = []string{"authorize"}
		}
		err := j.of(ctx, a.response(), a.body)
		var refusal *client.Refusal
		switch {
		case errors.As(err, &refusal):
			f.Code, f.Kind, f.Meaning, f.Guess = refusal.Code, refusal.Kind, refusal.Meaning, refusal.Guess
			f.Page, f.RetryAfter = refusal.Excerpt.Page, refusal.RetryAfter
			if f.How = Listed; f.Meaning.IsZero() {
				f.How = Unlisted
			}
		case err != nil && (a.page || a.status >= 300 && a.status < 400):
			f.How, f.Steps = Senseless, nil
		case err != nil, a.callback != nil: // it says nothing to this profile
			continue
		}
		found = append(found, f)
	}
	return found
}
