package client

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"strings"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// cacheKey returns the cache key of a step that is about the application. Its names are
// hashes of the templates of the step and of the steps that supply it, and of their inputs. So
// any change of what is sent gives another key, but a signature or a time does not. address is the URL of the step without its query and without secrets.
func (c *Client) cacheKey(ctx context.Context, s *profile.Step, values recipe.Values) (key cache.Key, address string, err error) {
	plan, err := c.profile.Plan([]profile.StepName{s.Name}, nil)
	if err != nil {
		return cache.Key{}, "", err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%q\n", c.deps.Cache.Scope)
	for _, step := range plan.Steps {
		fmt.Fprintf(h, "%#v\n", step.Recipe) // without JSON, which takes 0.1 ms to prepare
	}
	named, folders := c.named(plan.Inputs, values)
	for _, in := range plan.Inputs {
		text, _ := named.Text(in.Name)
		fmt.Fprintf(h, "%s %q\n", in.Name, text)
	}
	for _, name := range plan.Lacking {
		text, _ := values.Text(name)
		fmt.Fprintf(h, "%s %q\n", name, text)
	}
	digest := func() string { return hex.EncodeToString(h.Sum(nil)[:16]) }
	key.Shared, key.Secret = digest(), secretOf(plan.Inputs, named, values)
	fmt.Fprintf(h, "%q\n", folders)
	key.Name = digest()
	return key, c.addressOf(ctx, s, values), nil
}

// secretOf joins the secret inputs, with their names. Those that a program prints are left
// out, because they may differ each time, unless there are no others.
func secretOf(inputs []recipe.Placeholder, named, values recipe.Values) secret.String {
	var fixed, all strings.Builder
	for _, in := range inputs {
		s, isSecret := values[in.Name].(secret.String)
		if !isSecret {
			continue
		}
		line := fmt.Sprintf("%s %q\n", in.Name, s.Reveal())
		all.WriteString(line)
		if kept, _ := named[in.Name].(secret.String); kept.Reveal() == s.Reveal() {
			fixed.WriteString(line)
		}
	}
	return secret.New(cmp.Or(fixed.String(), all.String()))
}

// addressOf returns the URL of a step for a person, without its query. Values that are not
// known yet are shown as placeholders.
func (c *Client) addressOf(ctx context.Context, s *profile.Step, values recipe.Values) string {
	known := maps.Clone(values)
	for _, ph := range s.URL.Placeholders() {
		if _, has := known.Text(ph.Name); !has {
			known[ph.Name] = ph.Name
		}
	}
	req, err := recipe.Recipe{Method: s.Method, URL: s.URL}.Build(ctx, known, recipe.Fresh{Now: c.deps.Now, Rand: c.deps.Rand})
	if err != nil { // the request will not be built either
		return string(s.URL)
	}
	req.URL.RawQuery = ""
	return c.scrub.Scrub(req.URL.String())
}

// named replaces each secret input that a program prints with the program's command line. A
// one-time password or a signed assertion differs each time, but gives the same token.
// Other values stay, because they say whose token it is. folders are those in which the
// programs run.
func (c *Client) named(inputs []recipe.Placeholder, values recipe.Values) (out recipe.Values, folders []string) {
	refs := c.deps.Refs
	refs.Run = func(dir string, words []string) (string, error) {
		folders = append(folders, dir)
		return fmt.Sprintf("cmd:%q", words), nil
	}
	byReference, err := c.profile.Values(inputs, refs)
	if err != nil { // a command line is not a valid value here
		return values, nil
	}
	out = maps.Clone(values)
	for name, v := range byReference {
		if _, isSecret := v.(secret.String); isSecret {
			out[name] = v
		}
	}
	return out, folders
}
