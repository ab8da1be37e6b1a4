//go:build never

// Package recipe is the place in which a test compiles a recipe of docs/containers.md. This file
// keeps the recipe's library in go.mod.
package recipe

import _ "github.com/testcontainers/testcontainers-go"
