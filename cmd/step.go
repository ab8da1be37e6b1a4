package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/commandline"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/output"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/project"
	"ssoctl/pkg/recipe"
)

// stepOptions are the flags of step, and what it needs.
type stepOptions struct {
	out     *printer
	in      *input
	conf    *config
	clients *clients
	flows   *flows
	curls   *curls

	codeOrToken
}

func newStep(p *parts) *cobra.Command {
	o := stepOptions{out: p.out, in: p.in, conf: p.conf, clients: p.clients, flows: p.flows, curls: p.curls}
	c := &cobra.Command{
		Use: "step NAME", Args: commandline.Arguments(0, 1), ValidArgsFunction: o.names,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return o.unnamed(c)
			}
			return o.run(c, profile.StepName(args[0]))
		},
	}
	o.codeOrToken.flags(c)
	providerFlag(c, p.conf)
	noCacheFlag(c, p.clients)
	return c
}

func (o *stepOptions) run(c *cobra.Command, name profile.StepName) error {
	if name == profile.StepAuthorize {
		return failure.Usagef(lang.Text{EN: "authorize is not a request: ssoctl authorize-url prints its address", ZH: "authorize 不是请求：ssoctl authorize-url 会输出它的地址"})
	}
	cl, err := o.clients.newClient(c.Context())
	if err != nil {
		return err
	}
	if _, err := cl.Profile().OfferTyped(name); err != nil {
		return err
	}
	given, err := o.given(c, o.in, cl.Profile())
	if err != nil {
		return err
	}
	if o.curls.on {
		return o.curls.write(c, cl, cl.Profile().Targets(name, given), given)
	}
	o.flows.guard()
	got, err := cl.Step(c.Context(), name, given)
	o.flows.checkVerifier(cl, given, err)
	if err = o.sent(cl, given, err, name); err != nil {
		return err
	}
	return o.out.write(c, output.Step(got))
}

// sent remembers that a code was sent, if one was given.
func (o *stepOptions) sent(cl *client.Client, given recipe.Values, err error, name profile.StepName) error {
	if _, has := given.Text("code"); !has {
		return err
	}
	return o.flows.handoff(cl).Sent(given, err, name)
}

// unnamed returns the error for a missing name. It lists the steps of the chosen profile.
func (o *stepOptions) unnamed(c *cobra.Command) error {
	names, _ := o.names(c, nil, "")
	if len(names) == 0 {
		return commandline.Arguments(1, 1)(c, nil)
	}
	return failure.Usagef(lang.Text{EN: "step needs a name: %s", ZH: "step 需要步骤名：%s"}, lang.Text{EN: strings.Join(names, ", "), ZH: strings.Join(names, "、")})
}

// names completes the names of the steps of the chosen profile, first the vendor's own.
func (o *stepOptions) names(c *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	const only = cobra.ShellCompDirectiveNoFileComp
	src, err := project.WithoutUntrusted(o.conf.sources())
	if err != nil || len(args) > 0 {
		return nil, only
	}
	p, err := profile.LoadChosen(o.conf.profile, src)
	if err != nil {
		return nil, only
	}
	var own, others []cobra.Completion
	for _, s := range p.Steps() {
		switch {
		case s.Name.IsOwn():
			own = append(own, string(s.Name))
		case s.Name != profile.StepAuthorize:
			others = append(others, string(s.Name))
		}
	}
	return slices.Concat(own, others), only | cobra.ShellCompDirectiveKeepOrder
}
