// Command image writes an image of ssoctl for containers, for several platforms at once:
//
//	go run ./image ssoctl-image.tar linux/amd64=PROGRAM linux/arm64=PROGRAM
//
// The result is an OCI image layout in a tar file. The same programs give the same bytes. No
// container daemon takes part.
package main

import (
	"fmt"
	"os"
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "image: "+err.Error())
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("usage: image FILE.tar OS/ARCHITECTURE=PROGRAM…")
	}
	var programs []Program
	for _, arg := range args[1:] {
		platform, path, ok := strings.Cut(arg, "=")
		if !ok {
			return fmt.Errorf("%s: expected OS/ARCHITECTURE=PROGRAM", arg)
		}
		program, err := Open(platform, path)
		if err != nil {
			return err
		}
		programs = append(programs, program)
	}
	return Write(args[0], programs)
}
