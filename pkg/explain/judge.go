package explain

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"

	"ssoctl/pkg/client"
	"ssoctl/pkg/jq"
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

// group is a set of steps with equal expressions, which need only one verdict.
type group struct {
	judge   *client.Judge
	primary bool // a success must have the step's main value
	// reads returns the fields that the expressions read. ok is false if they may read others,
	// too, so that memo cannot be used.
	reads func() (fields []string, ok bool)
	asked bool
	memo  map[string]verdict
}

type verdict struct {
	yes     bool
	refusal *client.Refusal
}

// readersOf returns a reader for each profile. It leaves out steps whose expressions are
// invalid.
func readersOf(profiles []*profile.Profile) []*reader {
	var out []*reader
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
				r.groups = append(r.groups, r.newGroup(judge, exprs))
			}
			r.steps = append(r.steps, step{s.Name, i, r.refusalFields(s)})
		}
		out = append(out, r)
	}
	return out
}

// refusalFields returns the names of the fields in the example of a refusal of a step, except
// those that contain the code, or the fields that the profile reads if there is no example.
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

func (r *reader) newGroup(judge *client.Judge, exprs []string) *group {
	for _, expr := range exprs {
		for _, m := range nameIn().FindAllStringSubmatch(expr, -1) {
			r.names[m[1]+m[2]] = true
		}
	}
	return &group{
		judge: judge, primary: exprs[len(exprs)-1] != "", memo: map[string]verdict{},
		reads: sync.OnceValues(func() ([]string, bool) { return fieldsOf(exprs) }),
	}
}

// fieldsOf returns the fields that expressions read. ok is false if they may read others, too.
func fieldsOf(exprs []string) (fields []string, ok bool) {
	for _, expr := range exprs {
		if strings.TrimSpace(expr) == "" {
			continue
		}
		read, all := jq.Fields(expr)
		if !all {
			return nil, false
		}
		fields = append(fields, read...)
	}
	slices.Sort(fields)
	return slices.Compact(fields), true
}

// nameIn matches a name in an expression, as a field or as a text.
var nameIn = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\.([A-Za-z_]\w*)|"([^"\\]*)"`) })

// ask returns the group's verdict on a response. It memoizes verdicts by the values of the
// fields that the group reads, because these are the same for most objects in a log.
func (g *group) ask(ctx context.Context, a parsed) verdict {
	const most = 256 // entries
	key, ok := "", false
	if g.asked { // a text with a single response needs no memo
		key, ok = g.key(a)
	}
	g.asked = true
	if v, known := g.memo[key]; ok && known {
		return v
	}
	var v verdict
	got := g.judge.Judge(ctx, a.response)
	v.yes, v.refusal = got.Outcome == client.Granted, g.judge.Refusal(a.response, got)
	if ok && ctx.Err() == nil {
		if len(g.memo) >= most {
			clear(g.memo)
		}
		g.memo[key] = v
	}
	return v
}

// key returns the fields of a that the group reads, as a key for memo. ok is false if the
// key would be too long or the fields are unknown, if a is not a JSON object, or if a has a
// status or headers.
func (g *group) key(a parsed) (key string, ok bool) {
	const most = 512 // bytes
	if a.status != 0 || len(a.header) > 0 || !a.response.IsData() {
		return "", false
	}
	fields, known := g.reads()
	if !known {
		return "", false
	}
	object, isObject := a.response.Value().(map[string]any)
	if !isObject {
		return "", false
	}
	var b []byte
	for _, name := range fields {
		v, has := object[name]
		if !has {
			continue
		}
		b = append(append(b, name...), 0)
		switch x := v.(type) {
		case nil:
			b = append(b, '0')
		case bool:
			b = append(b, map[bool]byte{false: 'f', true: 't'}[x])
		case string:
			b = append(append(b, '"'), x...)
		case json.Number:
			b = append(append(b, '#'), x...)
		default:
			return "", false
		}
		if b = append(b, 0); len(b) > most {
			return "", false
		}
	}
	return string(b), true
}

// judged returns the readings of a by all profiles. The result is the same for all pages
// without a status, so it is computed once.
func (e *explainer) judged(ctx context.Context, a parsed) (found []Found) {
	if a.page && a.status == 0 {
		if e.page != nil {
			return e.page
		}
		defer func() { e.page = found }()
	}
	exact := false // a profile lists the refusal, and its step sends these fields
	for _, r := range e.profileReaders() {
		for _, f := range r.read(ctx, a, e.alone) {
			if f.How == Unlisted && !e.alone {
				f.Guess = lang.Text{} // the response may be another vendor's
			}
			exact = exact || f.How == Listed && !f.partial
			found = append(found, f)
		}
	}
	if exact { // the others know only a part, such as a code that many vendors have
		found = slices.DeleteFunc(found, func(f Found) bool { return f.partial })
	}
	return slices.Clip(e.index.narrowed(found))
}

// responded returns the readings of the response a, which was read from text. If no profile
// lists the response's own code, its message may call another one. The vendors that the text
// names come first.
func (e *explainer) responded(ctx context.Context, a parsed, text string) []Found {
	found := e.judged(ctx, a)
	if slices.ContainsFunc(found, func(f Found) bool { return f.How == Unlisted && f.Code != "" }) && !slices.ContainsFunc(found, func(f Found) bool { return f.How <= Yes }) {
		found = append(found, e.index.called(messages(a.response.Value()))...)
	}
	lower := strings.ToLower(text)
	for i, f := range found {
		found[i].named = f.How == Listed && e.index.namedIn(lower, f.Profiles[0])
	}
	return found
}

// messages returns the texts in the fields of the object v, one in each line.
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

// read returns how the client would read the response a in each step of the profile. alone
// says that the caller chose this profile. If not, a success must also contain a value
// that the step reads, and no sign of a refusal.
func (r *reader) read(ctx context.Context, a parsed, alone bool) []Found {
	of := []*profile.Profile{r.Profile}
	if a.callback != nil && r.redirect != nil {
		if f := r.redirected(a.callback, alone); f.How != none {
			return []Found{f}
		}
	}
	verdicts := make([]verdict, len(r.groups))
	for i, g := range r.groups {
		verdicts[i] = g.ask(ctx, a)
		v := &verdicts[i]
		v.yes = v.yes && a.callback == nil && (alone || !refuses(a.response.Value(), r.names) && (g.primary || g.judge.Reads(ctx, a.response)))
	}
	var found []Found
	for _, s := range r.steps {
		if f := foundIn(verdicts[s.group], s.name, a); f.How != none {
			f.Profiles = of
			f.partial = f.How == Listed && beyond(a.response.Value(), s.refusal, f.Code)
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
		f.How, f.Steps = Senseless, nil
	}
	return f
}
