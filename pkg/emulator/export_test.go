package emulator

// AdminMethods are the administration's paths with the methods that each takes.
func (e *Emulator) AdminMethods() map[string][]string {
	out := map[string][]string{}
	for path, methods := range e.handlers() {
		for method := range methods {
			out["/"+adminName+"/"+path] = append(out["/"+adminName+"/"+path], method)
		}
	}
	return out
}

// RefusalOf returns the code and the HTTP status with which a profile's vendor
// refuses for a reason of that kind, and whether the profile lists it.
func (e *Emulator) RefusalOf(name, kind string) (code string, status int, listed bool) {
	r, listed := e.vendors[name].refusalOf(kind, "")
	return r.CodeText(), r.Status, listed
}
