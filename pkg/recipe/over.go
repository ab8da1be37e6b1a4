package recipe

// Over returns the recipe on top of base, which supplies the keys that r lacks. A form replaces
// the JSON of base, and vice versa; an empty one means no body.
func (r Recipe) Over(base Recipe) Recipe {
	out := base
	if r.Method != "" {
		out.Method = r.Method
	}
	if r.URL != "" {
		out.URL = r.URL
	}
	if r.Query != nil {
		out.Query = r.Query
	}
	if r.Headers != nil {
		out.Headers = r.Headers
	}
	if r.Form != nil || r.JSON != nil {
		out.Form, out.JSON = r.Form, r.JSON
		if len(r.Form)+len(r.JSON)+len(r.repeatedIn("form")) == 0 {
			out.Form, out.JSON = nil, nil
		}
	}
	out.Repeated = r.repeatedOver(base)
	if r.Sign != nil {
		out.Sign = r.Sign
	}
	return out
}
