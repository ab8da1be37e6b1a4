package emulator

import "time"

// Hurry has requests' bodies come within d.
func (e *Emulator) Hurry(d time.Duration) { e.patience = d }

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
