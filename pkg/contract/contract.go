// Package contract lists the JSON members that scripts may depend on: those of each command's
// result, and those of an error.
//
// [Results] and [Error] are the list. [Schemas] makes a JSON Schema of each, [Page] a text
// for people. The tests of cmd compare the list with everything that commands print, and with
// docs/output.md.
package contract

import "slices"

// Result describes what one or more commands print.
type Result struct {
	Name     string   // of the command or commands, as docs/output.md lists them
	Commands []string // paths of these commands below ssoctl
	Members  []Member
}

// Member is a member of a JSON object.
type Member struct {
	Name    string
	Type    Type
	Always  bool     // present in every result, otherwise only if the value is known
	Members []Member // of an object, or of the objects in a list
}

// Type is the type of a member's value.
type Type string

// The types of values.
const (
	Text    Type = "string"
	Number  Type = "integer"
	Flag    Type = "boolean"
	Moment  Type = "time"   // RFC 3339, as a string
	Object  Type = "object" // has the members in Members, or any members if that is nil
	Texts   Type = "strings"
	Objects Type = "objects"
	TextMap Type = "map of strings"
	Any     Type = "any"
)

// of returns members of a type.
func of(t Type, names ...string) []Member {
	out := make([]Member, len(names))
	for i, name := range names {
		out[i] = Member{Name: name, Type: t}
	}
	return out
}

// always returns members of a type that every result has.
func always(t Type, names ...string) []Member {
	out := of(t, names...)
	for i := range out {
		out[i].Always = true
	}
	return out
}

// nest returns a member with members: an object, or a list of objects.
func nest(t Type, name string, members ...[]Member) []Member {
	return []Member{{Name: name, Type: t, Always: t == Objects, Members: slices.Concat(members...)}}
}

// result returns the [Result] of a command under the command's name.
func result(command string, members ...[]Member) Result {
	return variant(command, command, members...)
}

// variant returns one of several results of a command, under a name such as "token --revoke".
func variant(name, command string, members ...[]Member) Result {
	return Result{Name: name, Commands: []string{command}, Members: slices.Concat(members...)}
}
