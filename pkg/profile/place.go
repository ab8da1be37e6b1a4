package profile

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
)

// errorf returns an *Error located at the key. If a built-in profile defines the key,
// the error points to the nearest place in the user's own files instead, because that
// is where the user can fix it.
func (p *Profile) errorf(path []string, format lang.Text, args ...any) *Error {
	o, within := p.placeOf(path)
	var e *Error
	if own, ok := p.nearestOwn(path); ok && o.file != nil && o.file.builtin {
		base := strings.TrimSuffix(filepath.Base(o.file.Path), ".toml")
		e = own.errorf(path, lang.Text{EN: "%s (inherited from %s)", ZH: "%s（继承自 %s）"}, lang.Sprintf(format, args...), base)
	} else {
		e = o.errorf(within, format, args...)
	}
	e.Key = strings.Join(path, ".")
	if _, _, refusal := cutIndex(path); refusal {
		e.Key = strings.Join(slices.Concat(path[:1], path[2:]), ".")
	}
	return e
}

// placeOf returns the origin of a key or of the table around it, and the key's path in
// that origin.
func (p *Profile) placeOf(path []string) (origin, []string) {
	if i, rest, ok := cutIndex(path); ok && i < len(p.refusals) {
		return p.refusals[i], rest
	}
	o, _ := p.originOf(path)
	return o, path
}

// cutIndex splits the path of a key in [[refusals]]: refusals, index, rest.
func cutIndex(path []string) (i int, rest []string, ok bool) {
	if len(path) < 2 || path[0] != "refusals" {
		return 0, nil, false
	}
	i, err := strconv.Atoi(path[1])
	return i, path[2:], err == nil
}

// nearestOwn returns the layer that defines most of the path, among the profile's own layers
// in the user's files. ok is false if there is none.
func (p *Profile) nearestOwn(path []string) (nearest origin, ok bool) {
	deepest := -1
	for _, o := range p.own {
		depth, t := 0, o.table()
		for depth < len(path) && t != nil {
			if _, says := t[path[depth]]; !says {
				break
			}
			t = table(t, path[depth])
			depth++
		}
		if !o.file.builtin && depth >= deepest {
			nearest, deepest, ok = o, depth, true
		}
	}
	return nearest, ok
}

// originOf returns the origin of a key or of the table around it.
func (p *Profile) originOf(path []string) (o origin, ok bool) {
	for n := min(len(path), 3); n > 0; n-- {
		if o, ok = p.origins[strings.Join(path[:n], ".")]; ok {
			return o, true
		}
	}
	return origin{}, false
}
