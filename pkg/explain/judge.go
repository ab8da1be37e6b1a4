package explain

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// reader judges responses by one profile.
type reader struct {
	*profile.Profile
	steps  []step
	groups []*group
	names  map[string]bool // fields that the profile's expressions name
	// redirect reads redirects; nil if the profile has no [authorize], or one with an invalid
	// expression.
	redirect *profile.RedirectReader
}

type step struct {
	name  profile.StepName
	group int // index in reader.groups
	// refusal holds the names of the fields of a refusal of this step, besides its code.
	refusal map[string]bool
}

// group is a set of steps of one profile with equal expressions, which need only one verdict.
type group struct {
	judge    *client.Judge
	question int // index in questions.list
}

type verdict struct {
	yes     bool
	refusal *client.Refusal
}

// readersOf returns a reader for each profile, and the questions of all readers. It leaves
// out steps whose expressions are invalid.
func readersOf(profiles []*profile.Profile) ([]*reader, *questions) {
	var out []*reader
	questions := newQuestions(profiles)
	for _, p := range profiles {
		r := &reader{Profile: p, names: map[string]bool{}}
		r.redirect, _ = p.RedirectReader()
		known := map[string]int{}
		for _, s := range p.Requests() {
			if s == p.Authorize {
				continue
			}
			judge, err := client.NewJudge(p, s)
			if err != nil {
				continue
			}
			exprs := judge.Expressions()
			key := strings.Join(append(exprs, s.GuessText().EN), "\x00")
			i, ok := known[key]
			if !ok {
				i = len(r.groups)
				known[key] = i
				r.groups = append(r.groups, &group{judge, questions.number(judge, s)})
				r.addNames(exprs)
			}
			r.steps = append(r.steps, step{s.Name, i, r.refusalFields(s)})
		}
		out = append(out, r)
	}
	return out, questions
}

// refusalFields returns the names of the fields in a step's example of a refusal, except
// those that contain the code. Without an example, it returns the fields that the profile
// reads.
func (r *reader) refusalFields(s *profile.Step) map[string]bool {
	example := string(r.ReplyOf(s).RefusalExample)
	if example == "" {
		return r.names
	}
	fields := map[string]bool{}
	for _, m := range exampleField().FindAllStringSubmatch(example, -1) {
		if m[2] == "" {
			fields[m[1]] = true
		}
	}
	return fields
}

// exampleField matches the name of a field in an example, and whether its value is the code.
// The example is not valid JSON, because it contains placeholders.
var exampleField = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`"([A-Za-z_]\w*)"\s*:\s*("?\{code\})?`)
})

// addNames adds the names in expressions.
func (r *reader) addNames(exprs []string) {
	for _, expr := range exprs {
		for _, m := range nameIn().FindAllStringSubmatch(expr, -1) {
			r.names[m[1]+m[2]] = true
		}
	}
}

// nameIn matches a name in an expression, as a field or as a string.
var nameIn = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\.([A-Za-z_]\w*)|"([^"\\]*)"`) })

// judged returns the readings of a by all profiles. Callers must not change them: other
// responses that mean the same share them, and so do all pages without a status.
func (e *explainer) judged(ctx context.Context, a parsed) (found []Found) {
	if a.page && a.status == 0 {
		if e.page != nil {
			return e.page
		}
		defer func() { e.page = found }()
	}
	e.prepare()
	got, signs := e.questions.ask(ctx, a), signsOf(a.response.Value())
	if !got.ok || a.callback != nil {
		return e.read(a, got.answers, signs)
	}
	key := string(signs.appendTo(got.key, got.listed))
	if found, known := e.meanings.find(key, got.unlisted); known {
		return found
	}
	found = e.read(a, got.answers, signs)
	e.meanings.keep(key, got.unlisted, found)
	return found
}

// read returns the readings of a by all profiles. answers answers the profiles' questions,
// and signs are the signs that a is a refusal.
func (e *explainer) read(a parsed, answers []answer, signs signs) (found []Found) {
	exact := false // a profile lists the refusal, and its step sends these fields
	for _, r := range e.readers {
		for _, f := range r.read(a, answers, signs, e.alone) {
			if f.How == Unlisted && !e.alone {
				f.Guess = lang.Text{} // the response may be another vendor's
			}
			exact = exact || f.How == Listed && !f.partial
			found = append(found, f)
		}
	}
	if exact { // the other profiles know only a part, such as a code that many vendors have
		found = slices.DeleteFunc(found, func(f Found) bool { return f.partial })
	}
	return slices.Clip(joined(e.index.narrowed(found)))
}

// joined merges equal readings by several steps of a profile.
func joined(found []Found) []Found {
	var out []Found
	for _, f := range found {
		i := slices.IndexFunc(out, func(o Found) bool { return o.Profiles[0] == f.Profiles[0] && o.identity() == f.identity() })
		if i < 0 {
			out = append(out, f)
		} else {
			out[i].merge(f)
		}
	}
	return out
}

// responded returns the readings of the response a, which was read from text. If no profile
// lists the code of the response, its message may mention another code. Readings are marked
// if the text names their vendor.
func (e *explainer) responded(ctx context.Context, a parsed, text string) []Found {
	found := slices.Clone(e.judged(ctx, a))
	if slices.ContainsFunc(found, func(f Found) bool { return f.How == Unlisted && f.Code != "" }) && !slices.ContainsFunc(found, func(f Found) bool { return f.How <= Yes }) {
		found = append(found, e.index.called(messages(a.response.Value()))...)
	}
	lower := strings.ToLower(text)
	for i, f := range found {
		found[i].named = f.How == Listed && e.index.namedIn(lower, f.Profiles[0])
	}
	return found
}

// messages returns the strings in the fields of the object v, one in each line.
func messages(v any) string {
	object, _ := v.(map[string]any)
	var out []string
	for _, value := range object {
		if message, ok := value.(string); ok {
			out = append(out, message)
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// read returns how the client would read the response a in each step of the profile. If alone
// is false, the caller has not chosen this profile: a success must then also contain a value
// that the step reads, and no sign of a refusal.
func (r *reader) read(a parsed, answers []answer, signs signs, alone bool) []Found {
	profiles := []*profile.Profile{r.Profile}
	if a.callback != nil && r.redirect != nil {
		if f := r.redirected(a.callback, alone); f.How != none {
			return []Found{f}
		}
	}
	verdicts := make([]verdict, len(r.groups))
	for i, g := range r.groups {
		got := answers[g.question]
		verdicts[i] = verdict{
			yes:     got.Outcome == client.Granted && a.callback == nil && (alone || !signs.beyond(r.names, "") && got.reads),
			refusal: g.judge.Refusal(a.response, got.Judgement),
		}
	}
	var found []Found
	for _, s := range r.steps {
		if f := foundIn(verdicts[s.group], s.name, a); f.How != none {
			f.Profiles = profiles
			f.partial = f.How == Listed && signs.beyond(s.refusal, f.Code)
			found = append(found, f)
		}
	}
	return found
}

func foundIn(v verdict, step profile.StepName, a parsed) Found {
	f := Found{How: none, Steps: []profile.StepName{step}, Status: a.status}
	if a.callback != nil {
		f.Steps = []profile.StepName{profile.StepAuthorize}
	}
	switch {
	case v.refusal != nil:
		f.Code, f.Message, f.Kind, f.Meaning, f.Guess = v.refusal.Code, v.refusal.ListedMessage, v.refusal.Kind, v.refusal.Meaning, v.refusal.Guess
		f.Page, f.RetryAfter = v.refusal.Excerpt.Page, v.refusal.RetryAfter
		if f.How = Listed; f.Meaning.IsZero() {
			f.How = Unlisted
		}
	case v.yes:
		f.How = Yes
	case a.page || a.status >= 300 && a.status < 400:
		f.How, f.Steps = NotAPI, nil
	}
	return f
}
