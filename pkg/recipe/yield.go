package recipe

// Yield returns the values of a recipe that sends nothing, by their names in Yields. A value
// whose optional placeholder has no value is left out. The errors are those of
// [Recipe.Build].
func (r Recipe) Yield(v Values, fresh Fresh) (map[string]string, error) {
	out, _, err := r.Compute(v, fresh)
	return out, err
}

// Compute is [Recipe.Yield]. made has the values that were made in the process, but no
// [http.Request].
func (r Recipe) Compute(v Values, fresh Fresh) (yields map[string]string, made *Request, err error) {
	b := r.builder(v, fresh)
	yields = map[string]string{}
	for name, values := range b.members(r.Yields) {
		yields[name] = values[0]
	}
	if err := b.problem(); err != nil {
		return nil, nil, err
	}
	return yields, &Request{Derivations: b.derivations, Made: b.made}, nil
}
