package emulator

import (
	"net/http"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// unserved responds to a request that no step of the vendor serves: with HTTP 405 if there
// are steps at its path with other methods (others), otherwise as for an unknown path.
func (e *Emulator) unserved(x *recorder, v *vendor, others []*step) {
	ev := &x.Event
	ev.Refusal, ev.Status = profile.KindBadRequest, http.StatusNotFound
	problem := lang.Sprintf(lang.Text{
		EN: "path: %s does not serve this path; it serves %s",
		ZH: "path：%s 没有这个路径，只有 %s",
	}, v.p.Name, lang.List(v.places()))
	example, _ := profile.ParseExample("", v.p.Reply.RefusalExample)
	if len(others) > 0 {
		var methods []string
		for _, s := range others {
			methods = append(methods, s.Method)
		}
		slices.Sort(methods)
		allowed := strings.Join(slices.Compact(methods), ", ")
		example, ev.Status = others[0].refusal, http.StatusMethodNotAllowed
		problem = wrongMethod(allowed, ev.Method)
		x.Header().Set("Allow", allowed)
	}
	refusal, listed := v.refusalOf(ev.Refusal, "")
	if r, ok := v.p.RefusalAbout(profile.KindNotFound, "path"); ok && len(others) == 0 {
		// Only the refusal for this member fits. A vendor's other not_found is for a
		// missing user or object.
		refusal, listed = r, true
		ev.Refusal, ev.Status = r.Kind, r.Status
	}
	if !listed {
		problem = joined([]lang.Text{problem, v.unlisted(ev.Refusal)})
	}
	x.diagnose(problem)
	ev.VendorCode = codeIn(example, refusal)
	ev.Status = e.writeRefusal(x, "", example, refusal, ev.Status)
}

// places lists the methods and paths that the vendor serves.
func (v *vendor) places() []string {
	var out []string
	for _, s := range v.steps {
		path := v.address(&s.Step)
		if _, rest, ok := strings.Cut(path, "://"); ok {
			_, path, _ = strings.Cut(rest, "/")
		}
		if place := s.Method + " /" + path; !slices.Contains(out, place) {
			out = append(out, place)
		}
	}
	return out
}

var noProfile = lang.Text{EN: "path: no profile is served here", ZH: "path：这里没有接入配置"}

// notFound responds to a path outside all profiles, with HTTP 404.
func (e *Emulator) notFound(w http.ResponseWriter) {
	text := "Nothing is served at this path. The profiles are at:\n"
	for _, name := range e.names {
		text += e.sites[name].base + "\n"
	}
	text += "Requests, live: " + e.opts.Browser + "/" + adminName + "/\n"
	write(w, http.StatusNotFound, plainText, text)
}
