// Package propagation estimates how many clients have seen a change in the DNS.
package propagation
