package main

import (
	"bytes"
	"debug/elf"
	"fmt"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Program is ssoctl for one platform.
type Program struct {
	Platform v1.Platform
	Content  []byte
}

var machines = map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}

// Open reads a program, and refuses one that is not for the platform or not static: an image
// without any other file cannot run it.
func Open(platform, path string) (Program, error) {
	at, err := v1.ParsePlatform(platform)
	if err != nil {
		return Program{}, err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return Program{}, err
	}
	file, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		return Program{}, fmt.Errorf("%s: %w", path, err)
	}
	if machine, ok := machines[at.Architecture]; at.OS != "linux" || !ok || machine != file.Machine {
		return Program{}, fmt.Errorf("%s: is for %s, not for %s", path, file.Machine, platform)
	}
	for _, part := range file.Progs {
		if part.Type == elf.PT_INTERP {
			return Program{}, fmt.Errorf("%s: is not static: build it with CGO_ENABLED=0", path)
		}
	}
	return Program{*at, content}, nil
}
