package emulator

import "ssoctl/pkg/profile"

// AdminMethods returns the paths of the administration API, with the methods of each.
func (e *Emulator) AdminMethods() map[string][]string {
	out := map[string][]string{}
	for path, methods := range e.handlers() {
		for method := range methods {
			out["/"+adminName+"/"+path] = append(out["/"+adminName+"/"+path], method)
		}
	}
	return out
}

// RefusalOf returns the code and HTTP status of a vendor's refusal of this kind, and
// whether the profile lists it.
func (e *Emulator) RefusalOf(name string, kind profile.Kind) (code string, status int, listed bool) {
	r, listed := e.sites[name].vendor().refusalOf(kind, "")
	return r.CodeText(), r.Status, listed
}

// Vendor returns the vendor of a profile.
func (e *Emulator) Vendor(name string) any { return e.sites[name].vendor() }
