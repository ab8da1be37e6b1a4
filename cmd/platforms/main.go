// Command platforms writes the pages about the built-in profiles into a folder:
//
//	go run ./cmd/platforms docs
//
// It is a separate program, so that ssoctl contains no generator.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/profiletext"
	"ssoctl/profiles"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./cmd/platforms FOLDER")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "platforms: "+err.Error())
		os.Exit(1)
	}
}

// head is what comes before the table of each page.
var head = lang.Text{
	EN: `# Built-in profiles

This page is generated from the profiles: ` + "`go run ./cmd/platforms docs`" + `. [中文](platforms.zh-CN.md)

To try a profile without an account: ` + "`ssoctl demo NAME`" + `. To play the vendor for another program: ` + "`ssoctl emulate NAME`" + `. To use the real vendor: ` + "`ssoctl profile new crm --from NAME`" + `. What each call contains: ` + "`ssoctl profile show NAME`" + `. To develop offline, step by step: [offline.md](offline.md). Some profiles have an example in [vendors.md](vendors.md).

The table says where the calls come from: the vendor's pages, public client code, or a guess. A question mark means that a part is a guess; the section of the profile says which.
`,
	ZH: `# 内置的接入配置

本页由接入配置生成：` + "`go run ./cmd/platforms docs`" + `。[English](platforms.md)

不用账号，先试一试：` + "`ssoctl demo NAME`" + `。为其他程序扮演厂商：` + "`ssoctl emulate NAME`" + `。接入真实的厂商：` + "`ssoctl profile new crm --from NAME`" + `。查看每个调用的内容：` + "`ssoctl profile show NAME`" + `。离线扮演厂商的步骤见 [offline.zh-CN.md](offline.zh-CN.md)。部分接入配置在 [vendors.md](vendors.md) 有例子。

下表列出各个调用的依据：厂商文档、公开的客户端代码，或推测。带问号的有一部分是推测，在对应的小节里说明。
`,
}

func write(dir string) error {
	src := profile.Sources{Builtin: profiles.FS}
	var all []*profile.Profile
	for _, name := range src.BuiltinNames() {
		p, err := profile.Load(name, src)
		if err != nil {
			return err
		}
		if len(p.Steps()) > 0 {
			all = append(all, p)
		}
	}
	for name, l := range map[string]lang.Lang{"platforms.md": lang.EN, "platforms.zh-CN.md": lang.ZH} {
		page := profiletext.Catalog{Profiles: all, Lang: l, Head: head.In(l)}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(page.Text()), 0o644); err != nil {
			return err
		}
	}
	return nil
}
