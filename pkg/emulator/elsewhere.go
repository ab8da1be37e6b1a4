package emulator

import (
	"net/http"
	"slices"
	"strings"
)

// unserved answers a path that is no step's, or is that of others by another
// method.
func (e *Emulator) unserved(w http.ResponseWriter, v *vendor, others []*step, ev *Event) {
	// A vendor's not_found is somebody or something that was asked for.
	ev.Refusal, ev.Status = "bad_request", http.StatusNotFound
	ev.Diagnosis = "path: " + v.p.Name + " has nothing here; it has " + strings.Join(v.places(), ", ")
	reply := v.p.Reply
	if len(others) > 0 {
		var methods []string
		for _, s := range others {
			methods = append(methods, s.Method)
		}
		slices.Sort(methods)
		allowed := strings.Join(slices.Compact(methods), ", ")
		reply, ev.Status = others[0].reply, http.StatusMethodNotAllowed
		ev.Diagnosis = "method: expected " + allowed + ", got " + shown(ev.Method)
		w.Header().Set("Allow", allowed)
	}
	e.writeRefusal(w, reply, v.refusalOf(ev.Refusal, ""), ev.Status)
}

// places lists what the vendor serves.
func (v *vendor) places() []string {
	var out []string
	for _, s := range v.steps {
		path := v.address(s)
		if _, rest, ok := strings.Cut(path, "://"); ok {
			_, path, _ = strings.Cut(rest, "/")
		}
		if place := s.Method + " /" + path; !slices.Contains(out, place) {
			out = append(out, place)
		}
	}
	return out
}

// lost answers a path of no profile.
func (e *Emulator) lost(w http.ResponseWriter, ev *Event) {
	ev.Status, ev.Diagnosis = http.StatusNotFound, "path: no profile is served here"
	text := "Nothing is here. These profiles are:\n"
	for _, name := range e.names {
		text += e.vendors[name].base + "\n"
	}
	text += "What they are asked, live: " + e.opts.Browser + "/" + adminName + "/\n"
	write(w, ev.Status, plainText, text)
}
