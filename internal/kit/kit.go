// Package kit makes, checks and reads pre-signed kits.
package kit
