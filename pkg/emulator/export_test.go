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
